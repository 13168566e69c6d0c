/*
 * Parts of a text that a message leaves out because they may be a secret. A user may type a secret in any place, so these
 * functions judge the form of a text and not its place.
 */
import { printable } from './printable.ts';

/** The longest value that is quoted, in characters: values of settings are shorter, most secrets longer. */
export const quotedLengthMax = 24;

/**
 * Matches the start of an address and the rest of it. Addresses with `file:` are left out: they are places in code, in a
 * stack trace.
 */
const addresses = /((?<!\bfile):\/\/|\bhttps?:[/\\]*)([^\s"`<>]*)/gi;
/** The characters that may follow an address in a sentence. */
const punctuation = /[).,;:']*$/;

/**
 * Returns a text without what is secret in addresses, as in those of webhooks: `https://host/…` in place of
 * `https://host/path?query`. Where an address may contain a user name or a password, the host is left out too.
 * @example
 * withoutPaths('cannot post to https://hooks.example.com/T0/B1'); // => 'cannot post to https://hooks.example.com/…'
 */
export function withoutPaths(text: string): string {
  return text.replace(addresses, (address: string, start: string, rest: string) => {
    const after = punctuation.exec(rest.slice(-3))?.[0] ?? '';
    if (rest.includes('@')) return `${start}…${after}`;
    const within = after === '' ? rest : rest.slice(0, -after.length);
    const pathAt = within.search(/[/?#\\]/);
    return pathAt < 0 || pathAt === within.length - 1 ? address : `${start}${within.slice(0, pathAt)}/…${after}`;
  });
}

const wordRun = /[A-Za-z0-9+/=_-]{20,}/g;
const hashLengthMin = 32;

/** Returns whether a run of characters is random: a token with small letters, capitals and digits, or a hash. */
function isRandom(run: string): boolean {
  if (!/[a-z]/.test(run) || !/\d/.test(run)) return false;
  return /[A-Z]/.test(run) || run.length >= hashLengthMin;
}

/** Returns a text without the paths of addresses and without what looks like a token or a key. */
export function withoutTokens(text: string): string {
  return withoutPaths(text).replace(wordRun, (run) => (isRandom(run) ? '…' : run));
}

export const notShown = 'a value that is not shown here';

/** Returns a value in quotes, or, for one that may be an address or a secret, words in its place. */
export function quotedOrWithheld(value: string, lengthMax?: number): string {
  return mayBeQuoted(value, lengthMax) ? printable(JSON.stringify(withoutTokens(value))) : notShown;
}

/** Returns whether a text is neither an address nor as long as most secrets. */
export function mayBeQuoted(text: string, lengthMax = quotedLengthMax): boolean {
  return text.length <= lengthMax && !/[/@]/.test(text);
}
