import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMskTarget } from '../../../../functions/collect/msk/target.ts';
import { nameOf, targetOf } from '../../../../functions/collect/parse-target.ts';
import { UsageError } from '../../../../functions/shared/domain/errors.ts';
import { parseSettings } from '../../../../settings/file.ts';
import { arn } from '../../../support/fake-msk-control-plane.ts';

describe('the address of a cluster of MSK', () => {
  it('is a name, whose region may be that of the environment', () => {
    expect(parseMskTarget('msk://offbeat')).toMatchObject({ cluster: 'offbeat', name: 'offbeat' });
    expect(parseMskTarget('msk://offbeat')).not.toHaveProperty('region');
    expect(parseMskTarget('MSK://Off-beat2?region=us-gov-west-1&port=9094')).toMatchObject({
      ...{ cluster: 'Off-beat2', region: 'us-gov-west-1', port: 9094 },
    });
  });

  it('is an ARN, which has the region and the name', () => {
    expect(parseMskTarget(`msk://${arn}`)).toMatchObject({ cluster: arn, name: 'offbeat', region: 'eu-central-1' });
  });

  it.each([
    ['msk://', 'is no cluster of MSK'],
    ['msk://-offbeat', 'is no cluster of MSK'],
    ['msk://a/b', 'is no cluster of MSK'],
    ['msk://ada:secret@offbeat', 'is no cluster of MSK'],
    [`msk://${arn.replace(':kafka:', ':sqs:')}`, 'is no cluster of MSK'],
    ['msk://offbeat?region=nowhere', '"nowhere" is no region of AWS'],
    [`msk://${arn}?region=us-east-1`, '"us-east-1" is no region of this ARN'],
    ['msk://offbeat?port=0', '"0" is no port'],
    ['msk://offbeat?port=65536', '"65536" is no port'],
    ['msk://offbeat?profile=x', '"profile" is no option'],
  ])('is refused: %s', (text, message) => {
    expect(() => parseMskTarget(text)).toThrow(UsageError);
    expect(() => parseMskTarget(text)).toThrow(message);
  });

  it('is parsed or refused with a short sentence, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        try {
          expect(parseMskTarget(`msk://${text}`).name).toMatch(/^[A-Za-z0-9-]{1,64}$/);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect((error as Error).message.length).toBeLessThan(300);
        }
      }),
    );
  });

  it('is one target with and without the region that its ARN has already', () => {
    expect(nameOf(targetOf(`msk://${arn}?region=eu-central-1`))).toBe(nameOf(targetOf(`msk://${arn}`)));
    expect(nameOf(targetOf('msk://a?region=eu-west-1'))).not.toBe(nameOf(targetOf('msk://a?region=eu-west-2')));
  });
});

describe('a cluster of MSK in the settings', () => {
  const parse = (rest: string) => parseSettings(`collect: [{ target: "msk://offbeat"${rest} }]\n`, 'offbeat.yaml');

  it('is collected every minute or less often', () => {
    expect(parse(', period: 1m').collect[0]).toMatchObject({ target: 'msk://offbeat', period: 60_000 });
    expect(() => parse('')).toThrow(/period: is missing; expected 1m or longer/);
  });

  it('is refused below a minute, with the value', () => {
    expect(() => parse(', period: 30s')).toThrow(/period: expected 1m or longer/);
  });

  it.each(['password: "env:A"', 'sasl: plain', 'tls: true', 'ca: ca.pem'])('has no log-in: %s', (option) => {
    expect(() => parse(`, period: 1m, ${option}`)).toThrow(/AWS is asked with the credentials of the environment/);
  });

  it('has no networks', () => {
    expect(() => parse(', period: 1m, networks: [10.0.0.0/8]')).toThrow(/networks: expected none/);
  });
});
