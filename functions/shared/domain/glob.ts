/** Whether `text` fits `pattern`, where `*` stands for any text and all else for itself. */
export function matchesGlob(pattern: string, text: string): boolean {
  return globExpression(pattern).test(text);
}

const compiled = new Map<string, RegExp>();

function globExpression(pattern: string): RegExp {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const escaped = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
    expression = new RegExp(`^${escaped.join('.*')}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression;
}
