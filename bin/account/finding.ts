/** The result of one check of an account. Only a `problem` would make the deployment fail. */
export type FindingState = 'ok' | 'warning' | 'problem' | 'not permitted' | 'no answer';

/** One thing that a check found. */
export interface Finding {
  /** The name of the check: `bootstrap`, `zones`, … */
  readonly check: string;
  readonly state: FindingState;
  /** A sentence with the numbers and names that were read. */
  readonly message: string;
  /** The lines to paste into a shell or into `offbeat.yaml`; empty where there is nothing to do. */
  readonly remedy: readonly string[];
}

/** Returns a finding. @param remedy see {@link Finding} */
export const finding = (
  check: string,
  state: FindingState,
  message: string,
  remedy: readonly string[] = [],
): Finding => ({ check, state, message, remedy });

/** Returns the lines of a setting of the deployment, as they are pasted into `offbeat.yaml`. */
export const settingLines = (line: string): readonly string[] => ['deployment:', `  ${line}`];
