import { Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { createOutboundAuth, OutboundAuth, OutboundClient } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { OutboundHttpModule } from '../src/http/index.ts';
import {
  getOutboundAuthToken,
  getOutboundClientToken,
  InjectOutboundAuth,
  InjectOutboundClient,
  OutboundAuthModule,
} from '../src/index.ts';
import { createApplication } from './application.ts';
import { billing, exampleOptions, ledger, stateOf } from './example-options.ts';

const own = OutboundAuthModule.forRoot(exampleOptions);
const partners = OutboundAuthModule.forRoot({ ...exampleOptions, clients: { billing }, name: 'partners' });
const audit = OutboundAuthModule.forRoot({
  ...exampleOptions,
  clients: { ledger },
  name: 'audit',
  isGlobal: false,
});

@Injectable()
class InvoiceService {
  readonly byType: OutboundAuth;
  readonly own: OutboundAuth;
  readonly partners: OutboundAuth;
  readonly clients: readonly OutboundClient[];

  constructor(
    byType: OutboundAuth,
    @InjectOutboundAuth() ownAuth: OutboundAuth,
    @InjectOutboundAuth('partners') partnersAuth: OutboundAuth,
    @InjectOutboundClient('billing') ownBilling: OutboundClient,
    @InjectOutboundClient('billing', 'partners') partnersBilling: OutboundClient,
  ) {
    this.byType = byType;
    this.own = ownAuth;
    this.partners = partnersAuth;
    this.clients = [ownBilling, partnersBilling];
  }
}

@Injectable()
class AuditService {
  readonly client: OutboundClient;

  constructor(@InjectOutboundClient('ledger', 'audit') client: OutboundClient) {
    this.client = client;
  }
}

@Module({ providers: [InvoiceService] })
class InvoiceModule {}

@Module({ imports: [audit], providers: [AuditService] })
class AuditModule {}

function compile(metadata: ModuleMetadata): Promise<TestingModule> {
  return Test.createTestingModule(metadata).compile();
}

describe('several instances of one application', () => {
  it('E36 are told apart by their names; the one without is meant where none is given', async () => {
    const app = await compile({ imports: [partners, own, InvoiceModule, AuditModule] });
    const service = app.get(InvoiceService);
    expect(service.byType).toBe(service.own);
    expect(service.partners).not.toBe(service.own);
    expect(service.clients).toEqual([service.own.client('billing'), service.partners.client('billing')]);
    expect(Object.keys(service.partners.status().clients)).toEqual(['billing']);
    expect(app.get(AuditService).client.name).toBe('ledger');
  });

  it('E36 are seen where each is imported, or everywhere', async () => {
    await expect(compile({ imports: [own, partners, AuditModule], providers: [AuditService] })).rejects.toThrow(
      /dependencies of the AuditService .*OutboundClient 'ledger' of 'audit', from forRoot, forRootAsync\(\{ clients \}\) or forFeature of this name/s,
    );
  });

  it('need none without a name: nothing is injected by type then', async () => {
    const app = await compile({ imports: [partners] });
    expect(app.get(getOutboundAuthToken('partners'))).toBeInstanceOf(OutboundAuth);
    expect(() => app.get(OutboundAuth)).toThrow(/could not find OutboundAuth/);
  });

  it('take ready ones too', async () => {
    const auth = createOutboundAuth(exampleOptions);
    const app = await compile({
      imports: [own, OutboundAuthModule.forRoot(auth, { name: 'partners', clients: ['billing'] }), InvoiceModule],
    });
    expect(app.get(InvoiceService).partners).toBe(auth);
    expect(app.get(InvoiceService).clients[1]).toBe(auth.client('billing'));
  });

  it('E36 are all closed on shutdown', async () => {
    const app = await (await createApplication({ imports: [own, partners, AuditModule] })).init();
    const auths = [undefined, 'partners', 'audit'].map((name) =>
      app.get<OutboundAuth<string>>(getOutboundAuthToken(name), { strict: false }),
    );
    await app.close();
    const states = auths.map((auth) => auth.warmUp().catch((error: unknown) => error));
    expect(await Promise.all(states)).toMatchObject([{ code: 'closed' }, { code: 'closed' }, { code: 'closed' }]);
    expect(await stateOf(auths[0] ?? createOutboundAuth(exampleOptions))).toBe('closed');
  });

  it('make clients injectable by forFeature', async () => {
    const root = OutboundAuthModule.forRootAsync({ name: 'partners', useFactory: () => exampleOptions });
    const app = await compile({ imports: [root, OutboundAuthModule.forFeature(['ledger'], 'partners')] });
    const auth = app.get<OutboundAuth<string>>(getOutboundAuthToken('partners'));
    expect(app.get(getOutboundClientToken('ledger', 'partners'))).toBe(auth.client('ledger'));
  });

  it('are overridden by their names in a user’s test', async () => {
    const other = createOutboundAuth(exampleOptions);
    const app = await Test.createTestingModule({ imports: [own, partners, InvoiceModule] })
      .overrideProvider(getOutboundAuthToken('partners'))
      .useValue(other)
      .compile();
    const service = app.get(InvoiceService);
    expect([service.partners, service.clients[1]]).toEqual([other, other.client('billing')]);
    expect(service.own).not.toBe(other);
  });
});

describe('an application does not start', () => {
  const unknownClient = "there is no client 'biling'; did you mean 'billing'?";

  it.each([
    [
      'without a name',
      own,
      /^2 OutboundAuthModules without a name are global, .*Give all but one a name of its own, or/,
    ],
    ['of one name', partners, /^2 OutboundAuthModules with the name 'partners' are global, /],
  ])('E36 with two global instances %s, of which Nest would take the first', async (_what, one, message) => {
    const name = one === own ? undefined : 'partners';
    const other = OutboundAuthModule.forRoot({ ...exampleOptions, name });
    const app = await createApplication({ imports: [one, other] });
    await expect(app.init()).rejects.toThrow(message);
    const local = OutboundAuthModule.forRoot({ ...exampleOptions, name, isGlobal: false });
    await expect((await createApplication({ imports: [one, local, AuditModule] })).init()).resolves.toBeDefined();
  });

  it('with an unknown instance: the error tells where instances come from', async () => {
    @Injectable()
    class LostService {
      readonly auth: OutboundAuth;

      constructor(@InjectOutboundAuth('partnrs') auth: OutboundAuth) {
        this.auth = auth;
      }
    }
    await expect(createApplication({ imports: [own, partners], providers: [LostService] })).rejects.toThrow(
      /OutboundAuth 'partnrs', from OutboundAuthModule\.forRoot or forRootAsync of this name/,
    );
  });

  it.each([
    ['forFeature', OutboundAuthModule.forFeature(['biling'], 'partners')],
    ['OutboundHttpModule', OutboundHttpModule.register({ auth: 'partners', client: 'biling' })],
    [
      'forRootAsync',
      OutboundAuthModule.forRootAsync({ name: 'x', clients: ['biling'], useFactory: () => exampleOptions }),
    ],
  ])('with an unknown client of an instance in %s', async (_where, module) => {
    await expect(createApplication({ imports: [partners, module] })).rejects.toThrow(unknownClient);
  });

  it.each([
    ['forFeature', OutboundAuthModule.forFeature(['billing'], 'partnrs')],
    ['OutboundHttpModule', OutboundHttpModule.register({ auth: 'partnrs', client: 'billing' })],
  ])('with an unknown instance in %s', async (_where, module) => {
    await expect(createApplication({ imports: [own, partners, module] })).rejects.toThrow(
      /OutboundAuth 'partnrs', from OutboundAuthModule\.forRoot or forRootAsync of this name/,
    );
  });
});
