import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Problem } from './problem.ts';

/**
 * The most bytes of a function's answer, in which the body is a text of JSON: 6 MB, less what the headers need.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html Invocation payload, synchronous
 */
export const lambdaAnswerBytesMax = 6_291_556 - 16_384;

/** The most bytes of a UTF-16 unit in UTF-8. */
const unitBytesMax = 3;

/**
 * Refuses an answer that is larger than the server in front may pass on. It would be a 500 or 502 without a reason.
 * @param bytesMax the most bytes of the answer's body as a text of JSON; `undefined` for no limit
 */
export function answerLimit(
  bytesMax: number | undefined,
): middy.MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    after({ response }) {
      const body = response?.body ?? '';
      // Most answers are far smaller, and need not be encoded again. An escaped character has two bytes.
      if (bytesMax === undefined || body.length * unitBytesMax <= bytesMax) return;
      const bytes = Buffer.byteLength(JSON.stringify(body));
      if (bytes <= bytesMax) return;
      throw new Problem(
        400,
        `limit: expected a lower one: the answer has ${bytes} bytes, and an answer may have ${bytesMax}`,
      );
    },
  };
}
