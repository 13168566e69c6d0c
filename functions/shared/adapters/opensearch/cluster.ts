import { shownText } from '../../domain/shown.ts';
import { ClusterUnreadableError } from '../../ports/cluster-unreadable.ts';
import type { SearchCluster } from '../../ports/search-cluster.ts';

/** The most bytes of one answer: those of some thousand nodes. */
const answerBytesMax = 16 * 1_024 * 1_024;

/** Returns the cluster at an address. It follows no redirect, and an answer has {@link answerBytesMax} bytes at most. */
export const searchCluster = (url: string): SearchCluster => ({
  get: async (path, signal) => {
    const { host } = new URL(url);
    try {
      const answer = await fetch(new URL(path, url), { redirect: 'manual', signal });
      if (answer.status !== 200) {
        await answer.body?.cancel();
        throw new ClusterUnreadableError(`${host} answers ${path} with status ${answer.status}`, false);
      }
      return JSON.parse(await bodyOf(answer));
    } catch (error) {
      if (error instanceof ClusterUnreadableError) throw error;
      const { isRefused, words } = wordsOf(error);
      throw new ClusterUnreadableError(`${host} ${words}`, isRefused, { cause: error });
    }
  },
});

async function bodyOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`more than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function wordsOf(error: unknown): { readonly isRefused: boolean; readonly words: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED')
    return { isRefused: true, words: 'refused the connection: nothing listens there' };
  if (cause instanceof DOMException && cause.name === 'TimeoutError')
    return { isRefused: false, words: 'gave no answer in time' };
  if (cause instanceof SyntaxError) return { isRefused: false, words: 'gave an answer that is not JSON' };
  return {
    isRefused: false,
    words: `gave no answer: ${shownText(String(cause instanceof Error ? cause.message : cause))}`,
  };
}
