import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { sqs } from '../aws.ts';

/** Returns the bodies of all messages of a queue. */
export async function messagesIn(QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 3_600 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body }) => Body!));
  }
}

/** Returns the content of an HTTP API's answer. */
export function bodyOf(answer: object): unknown {
  const { response } = answer as { response: APIGatewayProxyStructuredResultV2 };
  return JSON.parse(response.body!);
}

/** Returns the names of the gauges among the lines in the embedded metric format. */
export function gaugesIn(log: string): ReadonlySet<string> {
  const lines = log.split('\n').filter((line) => line.startsWith('{') && line.includes('"_aws"'));
  const all = lines.flatMap(
    (line) => JSON.parse(line)._aws.CloudWatchMetrics[0].Metrics as { Name: string; Unit: string }[],
  );
  return new Set(all.filter(({ Unit }) => Unit === 'Seconds').map(({ Name }) => Name));
}

/** Returns what a set-up reported for each index template. */
export function templatesIn(answer: object): unknown {
  const { steps } = (answer as { response: { steps: { step: string; name: string; outcome: string }[] } }).response;
  return steps.filter(({ step }) => step === 'index template').map(({ name, outcome }) => [name, outcome]);
}
