// Axios has two declaration files, one for ESM and one for CommonJS, and a module is augmented in the format of the file
// that does it: so this is the twin of augmentation.ts. `@nestjs/axios` 4 takes the CommonJS one, also in ESM projects.
import type {} from 'axios';

declare module 'axios' {
  // Without type parameters: 1.6 has one, 1.21 has two, and all have defaults.
  interface AxiosRequestConfig {
    /** Which client's token the call carries, and which token parameters ask for it; `false` attaches nothing. */
    outboundAuth?: OutboundAuthChoice;
  }
}

export type OutboundAuthChoice =
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- it takes the attributes of an import for a value
  | import('@outbound-auth/core', { with: { 'resolution-mode': 'import' } }).CallOptions<
      // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- the same
      import('@outbound-auth/core', { with: { 'resolution-mode': 'import' } }).ClientName
    >
  | false;
