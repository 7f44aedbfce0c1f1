/** What a source of SNS is set up by: its topics. Anybody may subscribe our address to a topic of theirs, with a genuine signature. */
import type { ProviderSetup, SourceProblem } from '../provider.js';
import { topicsOf } from '../signing/sns.js';

export const SNS_SCHEME = 'aws-sns';

const TOPIC_ARN = /^arn:aws(?:-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/;

export const SES_SETUP: ProviderSetup = {
  keyless: [SNS_SCHEME],
  settings: { [SNS_SCHEME]: ['expectedTopicArn'] },
  problems(settings) {
    if (settings.scheme !== SNS_SCHEME) return [];
    const field = 'settings.expectedTopicArn';
    const topics = topicsOf(settings);
    if (topics.length === 0)
      return [{ field, problem: 'Name the SNS topic, e.g. arn:aws:sns:eu-west-1:123456789012:mail: only it may send' }];
    return topics
      .filter((arn) => !TOPIC_ARN.test(arn))
      .map(
        (arn): SourceProblem => ({
          field,
          problem: `"${arn}" is no ARN of an SNS topic (arn:aws:sns:REGION:ACCOUNT:NAME)`,
        }),
      );
  },
};
