import { isOfAccount, targetOf } from '../functions/collect/parse-target.ts';
import { isLoopback } from '../functions/collect/storage/target.ts';
import type { CollectSettings } from '../functions/shared/domain/collect-settings.ts';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { isSecretsManagerReference } from '../functions/shared/domain/secret-reference.ts';
import { collectionSchedule } from './constructs/collection-schedule.ts';

/**
 * Checks that a function can collect the targets: it has neither an operator's environment nor their files.
 * @throws {UsageError} naming each key that cannot be deployed, with the remedy
 */
export function checkTargets(targets: readonly CollectSettings[]): void {
  const problems = targets.flatMap((target, nth) => problemsOf(target).map((text) => `collect[${nth}].${text}`));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

function* generateProblems({ target: address, period, networks, password, ca }: CollectSettings): Generator<string> {
  const parsed = targetOf(address);
  if (isOfAccount(parsed)) {
    if (collectionSchedule(period) === undefined) yield 'period: a deployment asks AWS on whole minutes';
    return;
  }
  const { kind, target } = parsed;
  if (isLoopback(target.host)) yield 'target: loopback is the function itself; name the address in the VPC';
  if (collectionSchedule(period) === undefined)
    yield 'period: a deployment collects every 10s, 12s, 15s, 20s or 30s, or on whole minutes';
  if (kind === 'storage' && networks === undefined)
    yield 'networks: name those of master and chunkservers; the function reaches no others';
  if (password !== undefined && !isSecretsManagerReference(password))
    yield 'password: it is of one machine; put it into Secrets Manager and refer to it';
  if (ca !== undefined) yield 'ca: it is a file of one machine; a function trusts the authorities of Node alone';
}

const problemsOf = (target: CollectSettings): readonly string[] => [...generateProblems(target)];
