import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heartbeatDelays, heartbeatSeconds } from '../../../lib/constructs/heartbeat-schedule.ts';
import { Heartbeats } from '../../../lib/constructs/heartbeats.ts';
import { deployed, ofType } from '../../support/deployment.ts';

describe('the seconds between two heartbeats', () => {
  it.each([
    [500, 2],
    [1_000, 2],
    [2_000, 2],
    [3_000, 3],
    [10_000, 10],
    [11_000, 10],
    [300_000, 10],
  ])('with a window of %d ms are %d', (windowMs, seconds) => {
    expect(heartbeatSeconds(windowMs)).toBe(seconds);
  });

  it('are whole, from 2 to 10, and never shorter than the window where that is at most 10 s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300_000 }), (windowMs) => {
        const seconds = heartbeatSeconds(windowMs);
        expect(Number.isInteger(seconds) && seconds >= 2 && seconds <= 10).toBe(true);
        expect(seconds * 1_000).toBeGreaterThanOrEqual(Math.min(windowMs, 10_000));
      }),
    );
  });
});

/** The longest time without a heartbeat if the schedules begin their minutes together. */
function longestGap(delays: readonly number[]): number {
  const sorted = [...delays].sort((a, b) => a - b);
  return Math.max(...sorted.map((delay, nth) => (sorted[nth + 1] ?? sorted[0]! + 60) - delay));
}

describe('the messages of a minute', () => {
  it('are three schedules of ten for heartbeats every two seconds, and one of six for every ten', () => {
    expect(heartbeatDelays(2)).toEqual([
      [0, 6, 12, 18, 24, 30, 36, 42, 48, 54],
      [2, 8, 14, 20, 26, 32, 38, 44, 50, 56],
      [4, 10, 16, 22, 28, 34, 40, 46, 52, 58],
    ]);
    expect(heartbeatDelays(10)).toEqual([[0, 10, 20, 30, 40, 50]]);
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 9, 10])('leave no gap of more than %d s, and fit into the calls', (seconds) => {
    const schedules = heartbeatDelays(seconds);
    expect(longestGap(schedules.flat())).toBe(seconds);
    expect(schedules.every(({ length }) => length >= 1 && length <= 10)).toBe(true);
    expect(schedules.flat().every((delay) => delay < 60)).toBe(true);
  });

  it('leave no gap of more than two periods while one of several schedules is missing', () => {
    const schedules = heartbeatDelays(2);
    for (const missing of schedules) {
      expect(longestGap(schedules.filter((each) => each !== missing).flat())).toBe(4);
    }
  });
});

function synth(seconds: number): Template {
  const stack = new Stack(new App(), 'Test');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
  const missed = new Queue(stack, 'Missed');
  new Heartbeats(stack, 'Heartbeats', { seconds, visibilityTimeout: Duration.seconds(30), role, missed });
  return Template.fromStack(stack);
}

/** The other queue has none of its own. */
const withRetention = { Properties: { MessageRetentionPeriod: Match.anyValue() } };

describe('the queue of heartbeats', () => {
  it('deletes a heartbeat after two minutes, and has no dead letters', () => {
    synth(2).hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 120,
      VisibilityTimeout: 30,
      RedrivePolicy: Match.absent(),
    });
  });

  it('keeps messages a minute longer than the longest delay, so that each can be received', () => {
    const [queue] = Object.values(synth(2).findResources('AWS::SQS::Queue', withRetention));
    const longest = Math.max(...heartbeatDelays(2).flat());
    expect(queue!.Properties.MessageRetentionPeriod).toBeGreaterThanOrEqual(longest + 60);
  });

  it.each([
    [2, 3],
    [10, 1],
  ])('is filled every %d s by %d schedules of a minute, which have dead letters', (seconds, count) => {
    const template = synth(seconds);
    template.resourcePropertiesCountIs(
      'AWS::Scheduler::Schedule',
      {
        ScheduleExpression: 'rate(1 minute)',
        Target: Match.objectLike({ DeadLetterConfig: Match.anyValue() }),
      },
      count,
    );
  });

  it('gives each message of a call a different id, as SQS requires', () => {
    const schedules = Object.values(synth(2).findResources('AWS::Scheduler::Schedule'));
    for (const { Properties } of schedules) {
      const ids = [...JSON.stringify(Properties.Target.Input).matchAll(/heartbeat-\d+/g)].map(([id]) => id);
      expect(ids).toHaveLength(10);
      expect(new Set(ids).size).toBe(10);
    }
  });
});

describe('the function heartbeat', () => {
  it('gets gathered messages in one batch, and can report failures one by one', () => {
    const mappings = ofType(deployed('minimal'), 'AWS::Lambda::EventSourceMapping').map(
      ([, found]) => found.Properties,
    );
    const ofHeartbeats = mappings.filter(({ EventSourceArn }) =>
      JSON.stringify(EventSourceArn ?? '').includes('Heartbeats'),
    );
    expect(ofHeartbeats).toMatchObject([{ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] }]);
  });

  it.each([
    ['minimal', 'five', 2],
    ['production', 'two', 3],
  ] as const)(
    'is fed by schedules where pollers gather for %s’s default of %s seconds: %i',
    (name, _seconds, count) => {
      const schedules = ofType(deployed(name), 'AWS::Scheduler::Schedule');
      const ofHeartbeats = schedules.filter(([, { Properties }]) => Properties.Description === 'Offbeat: heartbeats');
      expect(ofHeartbeats).toHaveLength(count);
    },
  );
});
