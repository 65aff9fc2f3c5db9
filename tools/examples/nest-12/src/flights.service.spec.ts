import { ConfigService } from '@nestjs/config';
import { fakeOutboundAuth } from '@outbound-auth/testing';
import { expect, it } from 'vitest';
import { FlightsService } from './flights.service.js';

const config = new ConfigService({ FLIGHTS_URL: 'https://flights.example' });

it('asks for flights with the token of its client, and sends nothing', async () => {
  const auth = fakeOutboundAuth({ flights: 'a-token' }, { respond: () => Response.json(['LH 1']) });
  const flights = new FlightsService(auth.client('flights'), config);

  expect(await flights.between('TXL', 'LIS')).toEqual(['LH 1']);
  expect(auth.calls).toMatchObject([
    {
      client: 'flights',
      url: 'https://flights.example/search?from=TXL&to=LIS',
      headers: { authorization: 'Bearer a-token' },
    },
  ]);
});

it('says that there are no flights when the other side fails', async () => {
  const auth = fakeOutboundAuth({ flights: 'a-token' }, { respond: () => new Response(null, { status: 500 }) });
  const flights = new FlightsService(auth.client('flights'), config);

  await expect(flights.between('TXL', 'LIS')).rejects.toThrow('no flights: 500');
});
