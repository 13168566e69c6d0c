/*
 * The servers that Offbeat does not support yet, recognised by their names, so that a synth refuses them and not a
 * deployment.
 */

/** Returns true for the address or the ARN of an OpenSearch Serverless collection. */
export const isServerlessSearch = (name: string): boolean =>
  /\.aoss\.amazonaws\.com/.test(name) || /^arn:[\w-]+:aoss:/.test(name);

export const serverlessSearchRefused =
  'OpenSearch Serverless is not supported yet: it has no lifecycle policies (ISM), and its time-series collections ' +
  'refuse documents with ids; name a domain of OpenSearch Service';

/** Returns true for the ARN of an MSK Serverless cluster, which ends in `-s` and a number. look-up-brokers asks MSK itself. */
export const isServerlessKafka = (clusterArn: string): boolean => /-s\d+$/.test(clusterArn);

export const serverlessKafkaRefused =
  'MSK Serverless is not supported yet: it accepts no message of 10 MB, the size of the largest dead letter; name a ' +
  'provisioned cluster';
