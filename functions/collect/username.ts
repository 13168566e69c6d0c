import { UsageError } from '../shared/domain/errors.ts';

/**
 * Returns the user whom an address names, `USER@HOST`; `undefined` if it names none.
 * @throws {UsageError} for a name with characters that no user has
 */
export function usernameOf(url: URL): string | undefined {
  if (url.username === '') return undefined;
  const name = decoded(url.username);
  if (name === undefined || !/^[\x20-\x7e]{1,255}$/.test(name))
    throw new UsageError('the user of an address has at most 255 printable characters, escaped as in user%40example');
  return name;
}

/** Refuses an address with a password, because others see what is typed, and does not repeat it. @throws {UsageError} */
export function refusePassword(url: URL | null): void {
  if (url?.password)
    throw new UsageError(
      'an address has no password, because others see it; name it by reference: password env:NAME or file:PATH',
    );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
