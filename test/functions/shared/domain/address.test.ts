import { describe, expect, it } from 'vitest';
import { hostIn, namesOneHost, shortName } from '../../../../functions/shared/domain/address.ts';

describe('the host of an address', () => {
  it.each([
    ['10.0.0.1:9092', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['/10.0.0.1', '10.0.0.1'],
    ['[fd00::1]:9092', 'fd00::1'],
    ['fd00::1', 'fd00::1'],
    ['kafka-1.example.org:9092', 'kafka-1.example.org'],
    ['http://search-1:9200/', 'search-1'],
    ['search-1', 'search-1'],
  ])('of %s is %s', (address, host) => {
    expect(hostIn(address)).toBe(host);
  });

  it.each([
    '127.0.0.1:9092',
    '127.3.2.1',
    '169.254.1.1:80',
    '0.0.0.0:9092',
    '[::1]:9092',
    'fe80::1',
    '::ffff:127.0.0.1',
    'localhost:9092',
    'localhost.localdomain',
    'LOCALHOST',
    '',
    ':9092',
    'a b:80',
  ])('%j is none, because it means another host on each host, or no host', (address) => {
    expect(hostIn(address)).toBeUndefined();
  });

  it('is named by the first label of its name, unless it is an address or has one label', () => {
    expect(['a.example.org', 'a', '10.0.0.1'].map(shortName)).toEqual(['a', undefined, undefined]);
    expect(namesOneHost('10.0.0.1')).toBe(true);
  });
});
