import { Killing, type Replayed } from './killing.ts';
import { writeSpoiltRecording } from './spoilt-recording.ts';

/** A recording that can be replayed with kills, and the result without any. */
export interface Undisturbed {
  readonly killing: Killing;
  readonly recording: string;
  readonly undisturbed: Replayed;
}

/** Writes the recording, and replays it once without a kill. */
export async function openUndisturbed(): Promise<Undisturbed> {
  const killing = await Killing.open();
  const recording = killing.file('spoilt.ndjson');
  writeSpoiltRecording(recording);
  return { killing, recording, undisturbed: await killing.replay(recording, []) };
}
