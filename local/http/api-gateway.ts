import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Admitted } from './door.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

/** A request with its body. */
export interface ReadRequest extends Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers' | 'remoteAddress'> {
  readonly body: Buffer;
  /** The caller that the door let in. @default nobody was asked, as for a call within the process */
  readonly caller?: Admitted;
}

/**
 * Returns a request as an API Gateway HTTP API passes it to a function, in payload format 2.0.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toApiGateway({
  method,
  path,
  query,
  headers,
  body,
  caller,
  remoteAddress,
}: ReadRequest): APIGatewayProxyEventV2 {
  const names = [...new Set(query.keys())];
  // `fromEntries` makes a parameter named __proto__ one like any other, which the function refuses.
  const parameters = Object.fromEntries(names.map((name) => [name, query.getAll(name).join(',')]));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query.toString(),
    headers: { ...headers },
    ...(query.size === 0 ? {} : { queryStringParameters: parameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'embedded',
      domainName: headers.host ?? '',
      domainPrefix: '',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      ...(caller !== undefined && { authorizer: { offbeat: caller } }),
      requestId: '',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(body.length === 0 ? {} : { body: body.toString() }),
    isBase64Encoded: false,
  };
}

/** Returns the HTTP response for the result that a function returns to API Gateway. */
export function fromApiGateway(result: APIGatewayProxyStructuredResultV2): HttpResponse {
  const headers = Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { status: result.statusCode ?? 200, headers: Object.fromEntries(headers), body: result.body ?? '' };
}
