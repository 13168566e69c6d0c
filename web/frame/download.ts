/** The mark of UTF-8 at the beginning of a file, without which Excel reads a CSV in the code page of the machine: `größe` as `grÃ¶ÃŸe`. */
const byteOrderMark = '\ufeff';

/** Returns the text of a file as it is saved: a CSV is for spreadsheets and has a mark of its encoding. */
export function fileText(text: string, type: string): string {
  return type === 'text/csv' ? byteOrderMark + text : text;
}

/** Hands a text to the person as a file. @param name the name of the file, with its ending */
export function download(name: string, text: string, type = 'text/csv'): void {
  const address = URL.createObjectURL(new Blob([fileText(text, type)], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
