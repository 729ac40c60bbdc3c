// House rules as code. What a rule prevents is said beside it.
import tseslint from 'typescript-eslint';

/** Time, chance and ids come in through `Ambient`, so that every decision can be replayed in a test. */
const ambientOnly = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Use ambient.clock.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use ambient.clock.' },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Use ambient.random.',
  },
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate)$/]',
    message: 'Use ambient.clock.',
  },
  { selector: "CallExpression[callee.name='randomUUID']", message: 'Use ambient.ids.' },
];

/** Frameworks are guests: each is imported by a handful of named files only. */
const guests = {
  botbuilder: [
    'bot/adapter.ts',
    'bot/teams-bot.ts',
    'bot/parse-activity.ts',
    'bot/deliver.ts',
    'bot/notify.ts',
  ],
  'botframework-connector': ['bot/adapter.ts', 'bot/channel-credentials.ts', 'bot/connector-http.ts'],
  restify: ['bot/server.ts'],
  mongodb: ['services/store/**'],
  '@azure/msal-node': ['services/credentials/**', 'bot/channel-credentials.ts'],
  '@microsoft/microsoft-graph-client': ['services/graph/graph-http.ts'],
  'adaptivecards-templating': ['cards/render-card.ts'],
};

const guestRules = Object.entries(guests).map(([name, files]) => name);
const restricted = (allowed) => ({
  paths: guestRules
    .filter((name) => !allowed.includes(name))
    .map((name) => ({ name, message: `${name} is imported by ${guests[name].join(', ')} only.` })),
});
/** One override per file pattern, listing the guests that it may import. */
const guestOverrides = [...new Set(Object.values(guests).flat())].map((pattern) => ({
  files: [pattern],
  rules: {
    'no-restricted-imports': [
      'error',
      restricted(guestRules.filter((name) => guests[name].includes(pattern))),
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', 'bench/node_modules', '**/public/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
    },
  },
  {
    files: ['bot/**/*.ts', 'services/**/*.ts', 'cards/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...ambientOnly],
      'no-restricted-imports': ['error', restricted([])],
      // Casts belong to parsers, and parsers use zod.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    },
  },
  ...guestOverrides,
  { files: ['services/ambient.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['local/**/*.ts', 'test/**/*.ts', 'manifest/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
);
