/** Prints the numbers of passed and failed tests of a JSON report of vitest, then a paragraph for each failure. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const LONGEST_MESSAGE = 600;

const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const failedTests = (file) => file.assertionResults.filter((test) => test.status === 'failed');
// A file that cannot be loaded has no results of tests.
const notLoaded = testResults.filter((file) => file.status === 'failed' && failedTests(file).length === 0);

const paragraph = (file, title, message) =>
  `${relative(process.cwd(), file.name)}: ${title}\n  ${message.slice(0, LONGEST_MESSAGE).replaceAll('\n', '\n  ')}`;

const failures = testResults.flatMap((file) =>
  failedTests(file).map((test) => paragraph(file, test.fullName, test.failureMessages.join('\n'))),
);
const unloadable = notLoaded.map((file) => paragraph(file, 'cannot be loaded', file.message ?? ''));

console.log(numPassedTests, numFailedTests + notLoaded.length);
console.log([...failures, ...unloadable].join('\n'));
