/** RFC 9457 as our errors fill it. */
export const PROBLEM_SCHEMA = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' as const },
    title: { type: 'string' as const },
    status: { type: 'integer' as const },
    detail: { type: 'string' as const, description: 'What is wrong and the cure.' },
    errors: {
      type: 'array' as const,
      items: {
        type: 'object' as const,
        required: ['field', 'problem'],
        properties: {
          field: { type: 'string' as const, description: 'Where, e.g. `query.cursor` or `body.contacts[0].email`.' },
          problem: { type: 'string' as const },
        },
      },
    },
  },
};
