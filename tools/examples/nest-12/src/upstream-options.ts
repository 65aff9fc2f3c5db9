import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { type ClientOptions, type OutboundAuthOptions, tokenExchange } from '@outbound-auth/core';
import { defineOutboundAuth, type OutboundAuthOptionsFactory } from '@outbound-auth/nestjs';

/** What this service calls: systems of its own company, and one of each of its tenants. */
@Injectable()
export class UpstreamOptions implements OutboundAuthOptionsFactory {
  constructor(private readonly config: ConfigService) {}

  createOutboundAuthOptions(): OutboundAuthOptions {
    return defineOutboundAuth({
      clients: {
        flights: { ...this.#own('bookings'), scope: 'flights', attachTo: [this.#text('FLIGHTS_URL')] },
        hotels: { ...this.#own('bookings'), scope: 'hotels', attachTo: [this.#text('HOTELS_URL')] },
        profile: { ...this.#own('bookings'), grant: tokenExchange(), attachTo: [this.#text('PROFILE_URL')] },
      },
      resolveClient: (tenant) => this.#ofTenant(tenant),
    });
  }

  // In life: from a database, for names that are there alone.
  #ofTenant(tenant: string): ClientOptions | undefined {
    if (!/^[a-z]+$/.test(tenant)) return undefined;
    return { ...this.#own(`bookings-of-${tenant}`), attachTo: [`${this.#text('PARTNERS_URL')}/${tenant}`] };
  }

  #own(clientId: string): Pick<ClientOptions, 'issuer' | 'clientId' | 'clientSecret'> {
    return { issuer: this.#text('IDP_ISSUER'), clientId, clientSecret: () => this.#text('IDP_CLIENT_SECRET') };
  }

  #text(name: string): string {
    return this.config.getOrThrow<string>(name);
  }
}
