import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Secrets } from '../../functions/shared/ports/secrets.ts';
import { unique } from './unique.ts';

export interface OpenedSecrets {
  readonly secrets: Secrets;
  /** Returns the reference of the secret with this name, whether it exists or not. */
  reference(name: string): string;
  /** Creates or rotates a secret. */
  set(name: string, value: string): Promise<void>;
  close?(): Promise<void>;
}

/** Defines the tests of what every source of secrets promises. */
export function describeSecrets(name: string, open: () => Promise<OpenedSecrets>): void {
  describe(`secrets from ${name}`, () => {
    let opened: OpenedSecrets;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close?.());

    it('are returned as they were set', async () => {
      const secret = unique('secret');
      await opened.set(secret, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
      expect(await opened.secrets.get(opened.reference(secret))).toBe('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    });

    it('are the new ones after a rotation', async () => {
      const secret = unique('secret');
      await opened.set(secret, 'old');
      await opened.secrets.get(opened.reference(secret));
      await opened.set(secret, 'new');
      expect(await opened.secrets.get(opened.reference(secret))).toBe('new');
    });

    it('that do not exist are named in the error by their reference', async () => {
      const reference = opened.reference(unique('none'));
      const attempt = opened.secrets.get(reference);
      await expect(attempt).rejects.toThrow(UsageError);
      await expect(attempt).rejects.toThrow(reference);
    });

    it.each(['', 'nothing', 'env', 'ftp:x'])('cannot be read from the reference "%s"', async (reference) => {
      await expect(opened.secrets.get(reference)).rejects.toThrow(UsageError);
    });
  });
}
