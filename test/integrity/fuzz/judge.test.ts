import { describe, expect, it } from 'vitest';
import type { Case } from './cases.ts';
import { dataDirName, faultsOf, leakIn } from './judge.ts';
import { readAnswers } from './message.ts';
import type { Outcome } from './wire.ts';

const of = (form: Case['form']): Case => ({ form, ending: 'wait', steps: [{ pieces: [], methods: ['GET'] }] });

const withBody = (status: number, body: string, header = ''): string =>
  `HTTP/1.1 ${status} Any\r\ncontent-type: application/json\r\n${header}content-length: ${body.length}\r\n\r\n${body}`;

function outcomeOf(text: string, more: Partial<Outcome> = {}): Outcome {
  const bytes = Buffer.from(text);
  return { bytes, answers: readAnswers(bytes, ['GET'], true), isClosed: false, isHung: false, ...more };
}

describe('the judge of the fuzzer', () => {
  it.each([
    ['a status 5xx', of('malformed'), outcomeOf(withBody(500, '{}')), 'answered with 500'],
    [
      'a stack',
      of('malformed'),
      outcomeOf(withBody(400, JSON.stringify({ error: 'x\n    at run (a.ts:1:2)' }))),
      'an answer shows "at run ("',
    ],
    [
      'the data directory',
      of('malformed'),
      outcomeOf(withBody(400, JSON.stringify({ error: `/tmp/${dataDirName}Ab12/offbeat.db` }))),
      'an answer shows the data directory',
    ],
    ['neither an answer nor an end', of('malformed'), outcomeOf('', { isHung: true }), 'neither answered nor closed'],
    ['JSON that is cut off', of('well-formed'), outcomeOf(withBody(200, '{"a":')), 'JSON that cannot be read'],
    ['no answer over an open connection', of('well-formed'), outcomeOf(''), '0 answers to 1 requests'],
    [
      'a refusal of what is valid',
      of('valid'),
      outcomeOf(withBody(400, '{}')),
      'a valid request was answered with 400',
    ],
  ])('finds %s', (_, each, outcome, fault) => {
    expect(faultsOf(each, outcome)).toEqual([fault]);
  });

  it.each([
    ['a refusal of what is not valid', of('well-formed'), outcomeOf(withBody(400, '{}'))],
    ['a connection that is closed in place of an answer', of('well-formed'), outcomeOf('', { isClosed: true })],
    ['being turned away for now', of('valid'), outcomeOf(withBody(429, '{}', 'retry-after: 1\r\n'))],
  ])('lets %s pass', (_, each, outcome) => {
    expect(faultsOf(each, outcome)).toEqual([]);
  });

  it('finds a stack in what a process prints', () => {
    expect(leakIn(`12:00:00 warning: odd\n${new Error('x').stack}`)).toBeDefined();
    expect(leakIn('diskio write bytes on node-m/loop6 at 29 MB/s, expected 0 to 4.1 MB/s')).toBeUndefined();
  });
});
