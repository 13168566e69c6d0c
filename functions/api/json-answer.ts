import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { printableJson } from '../shared/domain/printable.ts';

/** Returns an answer that no cache may keep. Control characters in its texts are escaped. */
export function jsonAnswer(statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode, headers, body: printableJson(body) };
}
