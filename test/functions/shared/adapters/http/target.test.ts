import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TargetRefusedError } from '../../../../../functions/shared/adapters/http/errors.ts';
import { isAllowedAddress, literalAddress, parseTarget } from '../../../../../functions/shared/adapters/http/target.ts';

// Addresses from the registries of special-purpose addresses (RFC 6890 and its updates) and the clouds' own pages:
// https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry

const publicAddresses = ['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2001:4860:4860::8888', '::ffff:8.8.8.8'];

/** The addresses that are never allowed, not even with allowPrivate, because no web server has one of them. */
const neverAllowed = {
  'the metadata server of EC2 and others': '169.254.169.254',
  "EC2's metadata server on IPv6": 'fd00:ec2::254',
  "Google's metadata server on IPv6": 'fd20:ce::254',
  "Azure's wire server": '168.63.129.16',
  "Alibaba's metadata server": '100.100.100.200',
  'link-local': '169.254.1.1',
  'link-local on IPv6': 'fe80::1',
  'link-local with a zone': 'fe80::1%eth0',
  'unspecified, which is this machine': '0.0.0.0',
  'unspecified on IPv6': '::',
  'the net of this machine': '0.1.2.3',
  multicast: '224.0.0.1',
  'multicast on IPv6': 'ff02::1',
  broadcast: '255.255.255.255',
  reserved: '240.0.0.1',
  documentation: '192.0.2.1',
  benchmarks: '198.18.0.1',
  'NAT64 of loopback': '64:ff9b::7f00:1',
  'NAT64 of loopback, written with dots': '64:ff9b::127.0.0.1',
  'local NAT64': '64:ff9b:1::7f00:1',
  '6to4 of loopback': '2002:7f00:1::',
  Teredo: '2001::1',
  'IPv4-compatible loopback': '::7f00:1',
  'IPv4-compatible loopback, written with dots': '::127.0.0.1',
  'IPv4-compatible, public inside': '::8.8.8.8',
  'IPv4-translated loopback': '::ffff:0:7f00:1',
  'unallocated IPv6': '4000::1',
  'mapped metadata server': '::ffff:169.254.169.254',
  'mapped metadata server in hex': '::ffff:a9fe:a9fe',
  'a word': 'localhost',
  nothing: '',
};

const privateAddresses = {
  loopback: '127.0.0.1',
  'the rest of loopback': '127.255.255.254',
  'loopback on IPv6': '::1',
  'mapped loopback': '::ffff:127.0.0.1',
  'mapped loopback in hex': '::ffff:7f00:1',
  'private, class A': '10.0.0.1',
  'private, class B': '172.31.255.254',
  'private, class C': '192.168.1.1',
  'carrier-grade NAT': '100.64.0.1',
  'unique-local': 'fc00::1',
  'unique-local, locally assigned': 'fd12:3456::1',
};

const refusal = (url: string, allowPrivate = false): TargetRefusedError => {
  try {
    parseTarget(url, allowPrivate);
  } catch (error) {
    if (error instanceof TargetRefusedError) return error;
    throw error;
  }
  throw new Error(`${url} was let through`);
};

const ipv4 = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 })));

describe('an address', () => {
  it.each(publicAddresses)('the address %s is allowed', (address) => {
    expect(isAllowedAddress(address, false)).toBe(true);
    expect(isAllowedAddress(address, true)).toBe(true);
  });

  it.each(Object.entries(neverAllowed))('an address of %s (%s) is refused, with allowPrivate too', (_, address) => {
    expect(isAllowedAddress(address, false)).toBe(false);
    expect(isAllowedAddress(address, true)).toBe(false);
  });

  it.each(Object.entries(privateAddresses))('an address of %s (%s) is refused without allowPrivate', (_, address) => {
    expect(isAllowedAddress(address, false)).toBe(false);
    expect(isAllowedAddress(address, true)).toBe(true);
  });

  it('an IPv4 address is judged in the same way in every form of IPv6, with dots and in hexadecimal', () => {
    fc.assert(
      fc.property(ipv4, fc.boolean(), ([a = 0, b = 0, c = 0, d = 0], allowPrivate) => {
        const dotted = `${a}.${b}.${c}.${d}`;
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const bare = isAllowedAddress(dotted, allowPrivate);
        expect(isAllowedAddress(`::ffff:${dotted}`, allowPrivate)).toBe(bare);
        expect(isAllowedAddress(`::ffff:${hex}`, allowPrivate)).toBe(bare);
      }),
    );
  });

  it('any IPv4 address inside NAT64, 6to4 or IPv4-compatible IPv6 is refused', () => {
    fc.assert(
      fc.property(ipv4, ([a = 0, b = 0, c = 0, d = 0]) => {
        // Below 0.0.1.0 these are no IPv4 addresses: ::1 is loopback itself.
        fc.pre(a + b + c > 0);
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        for (const clothed of [`64:ff9b::${hex}`, `2002:${hex}::1`, `::${hex}`, `::${a}.${b}.${c}.${d}`]) {
          expect([clothed, isAllowedAddress(clothed, true)]).toEqual([clothed, false]);
        }
      }),
    );
  });
});

describe('a target', () => {
  it.each(['https://receiver.example/hook', 'https://receiver.example:443/', 'https://receiver.example:80/'])(
    '%s may be asked for by name',
    (url) => {
      expect(parseTarget(url, false).href).toBe(new URL(url).href);
    },
  );

  it.each([
    'https://127.1/',
    'https://0x7f.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://127.0.0.1./',
    'https://%31%32%37.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[2002:7f00:1::]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://168.63.129.16/',
    'https://[fd00:ec2::254]/',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    'https://255.255.255.255/',
  ])('the target %s is refused without asking DNS', (url) => {
    expect(refusal(url).reason).toBe('not a public address');
  });

  it('an IPv4 address in any form is recognised as that address', () => {
    fc.assert(
      fc.property(ipv4, ([a = 0, b = 0, c = 0, d = 0]) => {
        const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
        const forms = [`${a}.${b}.${c}.${d}`, String(number), `0x${number.toString(16)}`, `0${number.toString(8)}`];
        const seen = forms.map((form) => literalAddress(new URL(`https://${form}/`)));
        expect(new Set(seen)).toEqual(new Set([`${a}.${b}.${c}.${d}`]));
      }),
    );
  });

  it('a name is not a literal address', () => {
    expect(literalAddress(new URL('https://receiver.example/'))).toBeUndefined();
    expect(literalAddress(new URL('https://localhost/'))).toBeUndefined();
  });

  it.each([
    '',
    'receiver.example',
    '/hook',
    'https://',
    'https://[::1',
    'ftp://receiver.example/',
    'file:///etc/passwd',
  ])('the text %j is not an allowed URL', (url) => {
    expect(refusal(url, true).reason).toBe('not a URL');
  });

  it.each(['https://user:password@receiver.example/', 'https://user@receiver.example/'])(
    '%s is refused for the credentials in it',
    (url) => {
      expect(refusal(url, true).reason).toBe('credentials in the URL');
    },
  );

  it('a target with plain http or an unusual port needs allowPrivate', () => {
    expect(refusal('http://receiver.example/').reason).toBe('plain http');
    expect(refusal('https://receiver.example:8443/').reason).toBe('unusual port');
    expect(parseTarget('http://receiver.example:8080/', true).port).toBe('8080');
    expect(parseTarget('http://127.0.0.1:8080/', true).hostname).toBe('127.0.0.1');
  });

  it.each([
    'http://receiver.example/services/T0/B0/token?key=token',
    'https://receiver.example:8443/token?token',
    'https://127.0.0.1/token?token#token',
    'https://token:token@receiver.example/token',
    'ftp://receiver.example/token',
    'token',
  ])('the refusal of a target (%s) contains its origin alone', (url) => {
    expect(refusal(url).message).not.toContain('token');
    expect(refusal(url).action).toBe('stop');
  });
});
