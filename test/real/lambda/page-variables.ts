/** The variables of the function `page`, as a deployment sets them. */
export const pageVariables = {
  OFFBEAT_PAGE_ORIGINS: 'https://a1b2c3d4.execute-api.eu-north-1.amazonaws.com',
  OFFBEAT_SIGN_IN_URL: 'https://login.example.com',
  OFFBEAT_SIGN_IN_ISSUER: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_a',
  OFFBEAT_SIGN_IN_CLIENT_ID: 'client',
  OFFBEAT_SIGN_IN_SECONDS: '604800',
};
