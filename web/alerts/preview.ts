import { useEffect, useState } from 'preact/hooks';
import type { SilencePreview } from '../api/alert-types.ts';
import { ApiProblem, noAnswerText, postJson } from '../api/client.ts';

/** The silence that one would mute with. */
export interface PreviewQuestion {
  readonly cluster: string;
  readonly matchers: Readonly<Record<string, string>>;
  /** The matchers of silences that are made together with it. */
  readonly also?: readonly Readonly<Record<string, string>>[];
  readonly startsAtMs?: number;
  readonly endsAtMs: number;
}

/** The answer to what a silence would mute; `problem` says why that is not known. */
export interface PreviewAnswer {
  /** The silence that it is about, which may be that before the last change; absent before the first answer. */
  readonly of?: PreviewQuestion;
  readonly preview?: SilencePreview;
  readonly problem?: ApiProblem;
}

/** Milliseconds without a change after which the question is asked. */
const pauseMs = 250;
/** Milliseconds after which a question that was not answered is asked again. */
const retryMs = 5_000;

/** Asks what a silence would mute, while it is being written. Without a matcher nothing is asked. */
export function usePreview(question: PreviewQuestion | undefined): PreviewAnswer {
  const [answer, setAnswer] = useState<PreviewAnswer>({});
  const text = question === undefined || Object.keys(question.matchers).length === 0 ? '' : JSON.stringify(question);
  useEffect(() => {
    if (text === '') {
      setAnswer({});
      return undefined;
    }
    const controller = new AbortController();
    const of: PreviewQuestion = JSON.parse(text);
    let timer: number | undefined;
    const ask = (): void => {
      postJson<SilencePreview>('/api/silences/preview', of, { signal: controller.signal }).then(
        (preview) => setAnswer({ of, preview }),
        (problem: ApiProblem) => {
          if (controller.signal.aborted) return;
          const isLost = problem.status === 0;
          setAnswer({ of, problem: isLost ? new ApiProblem(0, problem.title, noAnswerText) : problem });
          if (isLost) timer = window.setTimeout(ask, retryMs);
        },
      );
    };
    timer = window.setTimeout(ask, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);
  return answer;
}

/** Returns whether an answer is about the cluster and the matchers of a silence. Its end may differ: it moves with the time. */
export function isPreviewOf({ of }: Pick<PreviewAnswer, 'of'>, wanted: PreviewQuestion): boolean {
  const muted = ({ cluster, matchers, also }: PreviewQuestion): string => JSON.stringify([cluster, matchers, also]);
  return of !== undefined && muted(of) === muted(wanted);
}
