import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { getOutboundClientToken } from '@outbound-auth/nestjs';
import { fakeOutboundAuth } from '@outbound-auth/testing';
import { InvoicesService } from './invoices.service';

describe('InvoicesService', () => {
  let status = 200;
  const auth = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => Response.json(['invoice 7'], { status }) });
  let invoices: InvoicesService;

  beforeEach(async () => {
    auth.reset();
    status = 200;
    const module = await Test.createTestingModule({
      providers: [
        InvoicesService,
        { provide: ConfigService, useValue: new ConfigService({ BILLING_URL: 'https://billing.example' }) },
        { provide: getOutboundClientToken('billing'), useValue: auth.client('billing') },
      ],
    }).compile();
    invoices = module.get(InvoicesService);
  });

  it('lists invoices, by the token of billing', async () => {
    expect(await invoices.list()).toEqual(['invoice 7']);
    expect(auth.calls).toMatchObject([
      { client: 'billing', url: 'https://billing.example/invoices', headers: { authorization: 'Bearer a-token' } },
    ]);
  });

  it('passes on that billing failed', async () => {
    status = 403;
    await expect(invoices.list()).rejects.toThrow('billing answered 403');
  });

  it('passes on that there was no token', async () => {
    auth.fail('billing');
    await expect(invoices.list()).rejects.toMatchObject({ code: 'token_endpoint_unreachable' });
    expect(auth.calls).toHaveLength(0);
  });
});
