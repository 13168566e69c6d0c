import { Command } from 'commander';
import { type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { fetchSilence, type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { idOf, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { matchersText } from '../words.ts';

export function unsilenceCommand(terminal: Terminal): Command {
  const command = new Command('unsilence')
    .description('End a silence now. An alert that it muted and that is still open is then reported.')
    .argument('<silence>', 'id of the silence, as "silence" prints it and "silences" lists it', idOf("a silence's id"));
  withOperatorOptions(withApiOptions(command)).action((id: string, flags: ApiFlags & OperatorFlags) =>
    unsilence(id, flags, terminal),
  );
  return withExamples(command, 'npx offbeat unsilence 0b6c1c1e-8d9e-4a52-a9a5-1f4d6c1f2a11 --note "disk is in"');
}

async function unsilence(id: string, flags: ApiFlags & OperatorFlags, terminal: Terminal): Promise<void> {
  const api = await openApiClient(flags, terminal);
  try {
    const { cluster, matchers, state } = await fetchSilence(api, id);
    const what = `${matchersText(matchers)} of ${cluster}`;
    if (state === 'over') {
      terminal.print(`nothing to end: the silence of ${what} is over`);
      return;
    }
    const command = { ...signed(flags, terminal), action: 'unsilence', cluster, silenceId: id };
    await postCommand(api, command, terminal);
    terminal.print(`ended by ${command.by}: the silence of ${what}`);
  } finally {
    await api.close();
  }
}
