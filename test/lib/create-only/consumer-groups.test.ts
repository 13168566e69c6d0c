import { describe, expect, it } from 'vitest';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import { mappingType } from '../../../lib/create-only/properties.ts';
import type { RecordedResource, RecordedResources } from '../../../lib/create-only/record.ts';

describe('a consumer group', () => {
  const mapping = (brokers: string, group: string): RecordedResource => ({
    type: mappingType,
    properties: {
      SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: [brokers] } },
      StartingPosition: 'TRIM_HORIZON',
    },
    updates: { 'consumer group': { 'SelfManagedKafkaEventSourceConfig/ConsumerGroupId': group } },
  });
  const recorded = { 'Offbeat/Detect': mapping('a:9092', 'offbeat-detect') };
  const messageFor = (current: RecordedResources) => {
    const [change, ...others] = refusedChanges(recorded, current);
    expect(others).toEqual([]);
    return messageOf(change!, { file: 'f', entry: 'e' });
  };

  it('is refused another event source, for which the mapping would be replaced', () => {
    const current = { 'Offbeat/Detect': mapping('b:9092', 'offbeat-detect') };
    expect(refusedChanges(recorded, current)).toMatchObject([{ kind: 'other reader', reader: 'Offbeat/Detect' }]);
    const { description, fix } = messageFor(current);
    expect(description).toContain('SelfManagedEventSource was {"Endpoints":{"KafkaBootstrapServers":["a:9092"]}}');
    expect(description).toContain('The consumer group offbeat-detect');
    expect(fix).toContain('Go back to the recorded SelfManagedEventSource, or delete the mappings first');
  });

  it('is refused another mapping, with another event source or the same one', () => {
    for (const brokers of ['a:9092', 'b:9092']) {
      const current = { 'Offbeat/Other': mapping(brokers, 'offbeat-detect') };
      expect(refusedChanges(recorded, current)).toMatchObject([{ kind: 'other reader', reader: 'Offbeat/Other' }]);
      expect(messageFor(current).description).toContain('a new event source mapping, Offbeat/Other');
    }
  });

  it('cannot be exchanged for another one', () => {
    const current = { 'Offbeat/Detect': mapping('a:9092', 'offbeat-alert') };
    expect(messageFor(current).description).toContain('was offbeat-detect, and would be offbeat-alert');
  });

  it('may go together with its mapping', () => {
    expect(refusedChanges(recorded, {})).toEqual([]);
    expect(refusedChanges(recorded, { 'Offbeat/Other': mapping('a:9092', 'offbeat-alert') })).toEqual([]);
  });
});
