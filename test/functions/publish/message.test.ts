import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyBytesMax, toMessage } from '../../../functions/publish/message.ts';
import { alertSchema } from '../../../functions/shared/domain/alert.ts';
import { alertOf, hugeAlert } from '../../support/alerts.ts';
import { alerts } from '../../support/arbitraries.ts';

describe('a message to SNS', () => {
  it('a message is one transition of one alert, under the id of that transition', () => {
    expect(toMessage(alertOf({ revision: 3, transition: 'updated', severity: 'critical' }))).toEqual({
      id: 'k3Jd82hLmQ0vTnXyRz5cWb7pAe:3',
      group: 'k3Jd82hLmQ0vTnXyRz5cWb7pAe',
      subject: '[critical] updated: writes off on node-b',
      body: JSON.stringify(alertOf({ revision: 3, transition: 'updated', severity: 'critical' })),
      attributes: { cluster: 'prod', severity: 'critical', status: 'open', transition: 'updated', kind: 'host' },
    });
  });

  it('a message is the same for the same transition', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        expect(toMessage(structuredClone(alert))).toEqual(toMessage(alert));
      }),
    );
  });

  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  it('the subject of any title is one that SNS accepts: ASCII, less than 100 characters, no line break', () => {
    fc.assert(
      fc.property(alerts, fc.string({ unit: 'binary', maxLength: 200 }), (alert, title) => {
        expect(toMessage({ ...alert, title }).subject).toMatch(/^\[[\x20-\x7e]{1,98}$/);
      }),
    );
  });

  it('the subject has every character outside ASCII escaped, line breaks too', () => {
    expect(toMessage(alertOf({ title: 'disk\r\nBcc: all é full' })).subject).toBe(
      '[warning] opened: disk\\u000d\\u000aBcc: all \\u00e9 full',
    );
    expect(toMessage(alertOf({ title: 'x'.repeat(200) })).subject).toHaveLength(99);
  });

  // https://docs.aws.amazon.com/sns/latest/dg/SNSMessageAttributes.html
  it('the attributes are texts that filter policies can match, and never empty', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        for (const value of Object.values(toMessage(alert).attributes)) expect(value).toMatch(/./s);
      }),
    );
  });

  it(`the body has at most ${bodyBytesMax} bytes and is still an alert, however long its trace is`, () => {
    const { trace } = hugeAlert();
    const alert = hugeAlert({ trace: Array.from({ length: 100 }, () => trace).flat() });
    expect(Buffer.byteLength(JSON.stringify(alert))).toBeGreaterThan(bodyBytesMax);
    const { body } = toMessage(alert);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bodyBytesMax);
    expect(alertSchema.parse(JSON.parse(body))).toMatchObject({ id: alert.id, suspects: alert.suspects });
    expect(JSON.parse(body).annotations.trimmed).toMatch(/^\d+ of 6000 decisions shown$/);
  });

  it('the limits leave enough of the 256 KiB of SNS for subject and attributes', () => {
    const longest = { cluster: '漢'.repeat(128), kind: 'consumer-group', name: 'n' } as const;
    const { subject, attributes } = toMessage(alertOf({ entity: longest, title: 'x'.repeat(200) }));
    const rest = Buffer.byteLength(JSON.stringify({ subject, attributes }));
    expect(bodyBytesMax + rest).toBeLessThan(256 * 1024);
  });
});
