import { expect, it } from 'vitest';
import { parseUrl } from '../src/parse-url.ts';

it('takes a name with Latin-1 letters, however often it is asked', () => {
  // `URL.canParse` of Node 20 says no from about the ten-thousandth time on.
  for (let time = 0; time < 50_000; time += 1) {
    if (parseUrl('https://bücher.example') === undefined) expect.fail(`refused at the ${time}th time`);
  }
});

it('has nothing for what is no absolute URL', () => {
  expect(['', 'api.example', '/v2', 'https://', 'https://a b'].map((text) => parseUrl(text))).toEqual(
    Array(5).fill(undefined),
  );
});
