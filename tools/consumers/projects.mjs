import { entriesOfPackages, packages } from './packages.mjs';

// The projects of users that the packed packages are installed into: the newest peers, the oldest that the packages
// promise to work with, and none at all. Jest's defaults can load no Nest 12, so Jest has its place among the oldest.
const types = { '@types/node': '^20.19.0' };

export const projects = [
  {
    name: 'newest',
    about: 'Express 5, Koa 3, Nest 12, newest Axios',
    packages,
    dependencies: {
      express: '^5.0.0',
      koa: '^3.0.0',
      axios: '^1.6.0',
      '@nestjs/common': '^12.0.0',
      '@nestjs/core': '^12.0.0',
      '@nestjs/axios': '^12.0.0',
      'reflect-metadata': '^0.2.0',
      redis: '^6.3.1',
      rxjs: '^7.0.0',
      undici: '^7.0.0',
      '@types/express': '^5.0.0',
      '@types/koa': '^3.0.0',
      vitest: '^4.0.0',
      ...types,
    },
  },
  {
    name: 'oldest',
    about: 'Express 4.18, Koa 2.15, Nest 11, Axios 1.6',
    packages,
    dependencies: {
      express: '4.18.0',
      koa: '2.15.0',
      axios: '1.6.0',
      '@nestjs/common': '~11.0.0',
      '@nestjs/core': '~11.0.0',
      '@nestjs/axios': '4.0.0',
      'reflect-metadata': '^0.2.0',
      // A client of one's own may be older than ours.
      redis: '~5.0.0',
      rxjs: '7.8.0',
      undici: '7.0.0',
      '@types/express': '^4.17.0',
      '@types/koa': '^2.15.0',
      jest: '^30.0.0',
      ...types,
    },
  },
  { name: 'bare', about: 'core alone', packages: ['core'], dependencies: types },
];

/** What each package is used for: the names of the samples in samples/scenario.cjs. */
export function samplesOf({ packages }) {
  return entriesOfPackages(packages);
}
