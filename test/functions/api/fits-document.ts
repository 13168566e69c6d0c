import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { type OpenApiDocument, openApiDocument } from '../../../functions/api/openapi.ts';
import { apiRoutes } from '../../../functions/api/routes/routes.ts';

/** The description of the API, as a client reads it. */
export const apiDocument: OpenApiDocument = JSON.parse(JSON.stringify(openApiDocument(apiRoutes)));

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(apiDocument, 'api');
const validators = new Map<string, ValidateFunction>();

/** Returns the path of the document that a request asks for; `undefined` for one that it does not have. */
export function documentedPath(path: string): string | undefined {
  const asked = path.replace(/\/$/, '');
  const exact = Object.keys(apiDocument.paths).find((known) => known === asked);
  return exact ?? Object.keys(apiDocument.paths).find((known) => patternOf(known).test(asked));
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);

/** Expects that an answer with a body is one that the document describes. */
export function expectFits(method: string, path: string, status: number, body: unknown): void {
  const known = documentedPath(path);
  const operation = known === undefined ? undefined : apiDocument.paths[known]?.[method.toLowerCase()];
  if (body === undefined || (status < 400 && operation === undefined)) return;
  const reference = status < 400 ? referenceOf(known!, method, status) : 'api#/components/schemas/Problem';
  const validate = validatorOf(reference);
  validate(body);
  expect(validate.errors ?? [], `${method} ${path}: the answer does not fit the document`).toEqual([]);
}

/** Returns whether the body of a request to a path is one that the document describes. */
export function fitsBody(path: string, body: unknown): boolean {
  const reference = pointerTo('paths', path, 'post', 'requestBody', 'content', 'application/json', 'schema');
  return validatorOf(reference)(body) === true;
}

function validatorOf(reference: string): ValidateFunction {
  const validate = validators.get(reference) ?? ajv.compile({ $ref: reference });
  validators.set(reference, validate);
  return validate;
}

function referenceOf(path: string, method: string, status: number): string {
  return pointerTo(
    'paths',
    path,
    method.toLowerCase(),
    'responses',
    `${status}`,
    'content',
    'application/json',
    'schema',
  );
}

function pointerTo(...steps: readonly string[]): string {
  return `api#/${steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
}
