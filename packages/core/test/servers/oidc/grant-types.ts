export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Every grant that the provider knows. */
export const grantTypes = ['client_credentials', 'refresh_token', 'password', tokenExchange, jwtBearer] as const;
