const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** Returns a small number as a word: `two`, and from 13 on in digits. */
export function numberWord(count: number): string {
  return words[count] ?? count.toLocaleString('en');
}

/** Returns a number with its noun: `1 machine`, `5 machines`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')}\u00a0${count === 1 ? noun : `${noun}s`}`;
}

/** Returns a text with a large first letter. */
export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Returns names as a list in a sentence: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
