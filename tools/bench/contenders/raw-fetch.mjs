// A floor: the token endpoint is asked, and nothing is kept.
import { requestToken } from '../measuring/request-token.mjs';

export const contender = {
  name: 'raw fetch',
  isFloor: true,
  firstToken: (place) => requestToken(place),
};
