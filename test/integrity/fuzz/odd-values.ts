import fc from 'fast-check';

export const json = 'application/json';
export const ndjson = 'application/x-ndjson';

/** Names as an attacker or a broken program may write them. */
export const hostileNames: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '..',
    '../../etc/passwd',
    '__proto__',
    'constructor',
    '\u0000',
    '\u202eevil',
    '\u2028',
    '\ud800',
    '\u001b]0;title\u0007',
    '\u0024{jndi:ldap://127.0.0.1/a}',
    '<script>alert(1)</script>',
    '=1+1',
    'a\r\nx-injected: 1',
    'x'.repeat(5_000),
  ),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** The methods that Node's parser knows; an unknown one is malformed. */
export const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'CONNECT',
  'SEARCH',
];

/** A header's value as a client may write it: bytes above space, without a line break. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});

const contentTypes = fc.constantFrom(
  json,
  ndjson,
  `${json}; charset=utf-8`,
  'application/vnd.elasticsearch+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
  '/',
  ';;;',
);

/** A header that is optional. */
export const extraHeader = fc.oneof(
  fc.tuple(fc.constant('content-type'), contentTypes),
  fc.tuple(
    fc.constant('accept'),
    fc.constantFrom('*/*', 'text/html', 'application/vnd.elasticsearch+json;compatible-with=8', 'q=;;'),
  ),
  fc.tuple(fc.constant('accept-encoding'), fc.constantFrom('gzip', 'br', 'identity;q=0', '*')),
  fc.tuple(fc.constant('origin'), fc.constantFrom('null', 'http://127.0.0.1', 'https://elsewhere.example', 'http://[')),
  fc.tuple(fc.constant('sec-fetch-site'), fc.constantFrom('cross-site', 'same-site', 'same-origin', 'none', 'x')),
  fc.tuple(fc.constant('content-encoding'), fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'zip', 'gzip, gzip')),
  fc.tuple(fc.constant('expect'), fc.constantFrom('100-continue', 'the unexpected')),
  fc.tuple(fc.constant('x-http-method-override'), fc.constantFrom('DELETE', 'GET')),
  fc.tuple(fc.constant('x-forwarded-host'), headerText),
  fc.tuple(fc.constant('range'), fc.constant('bytes=0-1,5-')),
  fc.tuple(fc.constantFrom('x-any', 'cookie', 'authorization', '__proto__', 'constructor'), headerText),
);

/** A value of a query parameter, sometimes one that exists. */
export const queryText = (known: readonly string[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'open',
        'resolved',
        'waiting',
        'over',
        '1',
        '50',
        '1000',
        '2026-11-23T15:00:00Z',
        '1795446770000',
        'recorded',
        'recorded/host/node-m',
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '',
        '0',
        '-1',
        '1e9',
        'NaN',
        '9'.repeat(400),
        '%',
        '%zz',
        '%00',
        '%ff%fe',
        '..',
        "' OR 1=1 --",
        ' a{'.repeat(500),
      ),
    },
    { weight: 1, arbitrary: hostileNames },
  );

const pathPiece = fc.constantFrom(
  'api',
  'alerts',
  'commands',
  '_bulk',
  '..',
  '.',
  '',
  '%2e%2e',
  '%2f',
  '%zz',
  '%00',
  '%',
  '[',
  '{id}',
  '\\',
  '*',
  '@',
  ':80',
  '%e2%80%ae',
  'a'.repeat(3_000),
  ';x',
  '#',
  'etc',
  'passwd',
);

/** Targets that are no route, and some that are no URL. */
export const oddTargets = fc.oneof(
  fc.array(pathPiece, { maxLength: 6 }).map((pieces) => `/${pieces.join('/')}`),
  fc.constantFrom(
    '//',
    '///',
    '//[',
    '*',
    '/%zz/_bulk',
    'http://[::1',
    'http://127.0.0.1/api/health',
    'elsewhere.example:443',
    '/?',
    '/api',
    '/api/',
    '/%zz/api/alerts',
    '/_bulk/_bulk',
    '/a/b/_bulk',
    '/%ff%fe/_bulk',
  ),
  fc
    .string({
      unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 40,
    })
    .map((text) => `/${text}`),
);
