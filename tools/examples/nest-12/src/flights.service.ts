import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { OutboundClient } from '@outbound-auth/core';
import { InjectOutboundClient } from '@outbound-auth/nestjs';

/** Asks for flights by `fetch`, with the service's own token. */
@Injectable()
export class FlightsService {
  readonly #url: string;

  constructor(
    @InjectOutboundClient('flights') private readonly client: OutboundClient,
    config: ConfigService,
  ) {
    this.#url = config.getOrThrow<string>('FLIGHTS_URL');
  }

  async between(from: string, to: string): Promise<unknown> {
    const answer = await this.client.fetch(`${this.#url}/search?${new URLSearchParams({ from, to })}`);
    if (answer.ok) return answer.json();
    throw new ServiceUnavailableException(`no flights: ${answer.status}`);
  }
}
