import { describe, expect, it } from 'vitest';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import { mappingType } from '../../../lib/create-only/properties.ts';
import { currentRecord } from './project.ts';

describe('the message about a refused change', () => {
  const recorded = currentRecord('minimal');
  const place = { file: 'offbeat.layout.json', entry: '"resources" of "here"' };
  const messages = refusedChanges(recorded, {}).map((change) => messageOf(change, place));

  it('names the whole record as the one thing to delete to accept everything, which accepts everything', () => {
    // A consumer group may go together with its mapping.
    const kept = Object.values(recorded).filter(({ type }) => type !== mappingType);
    expect(messages).toHaveLength(kept.length);
    for (const { fix } of messages) {
      expect(fix).toContain('to accept everything that this synth refuses, delete "resources" of "here" as a whole');
    }
    expect(refusedChanges({}, recorded)).toEqual([]);
  });

  it('does not say of a resource that is gone that it would be replaced', () => {
    for (const { description } of messages) {
      expect(description).toContain('is in no template any more. It would be deleted or abandoned');
      expect(description).not.toContain('replaced');
    }
  });
});
