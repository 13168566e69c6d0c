import { describe, expect, it } from 'vitest';
import { type Synthesised, synthesise } from '../support/deployment.ts';

const ofState = ({ resources, state }: Synthesised) =>
  [...resources].filter(([id]) => id.startsWith(`${state.stackName}/`));
const codeOfFunctions = ({ template }: Synthesised) =>
  Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties.Code);

describe('a change of the settings', () => {
  const before = synthesise('cluster: { name: one }');
  const after = synthesise('cluster: { name: two }');

  it('changes the functions that read them', () => {
    expect(codeOfFunctions(after)).not.toEqual(codeOfFunctions(before));
  });

  it('does not change the stack with state, whose function reads none', () => {
    expect(ofState(before).map(([, { Type }]) => Type)).toContain('AWS::Lambda::Function');
    expect(ofState(after)).toEqual(ofState(before));
  });
});
