// Connection strings with another database name.
import assert from 'node:assert/strict';
import { withDatabaseName } from '../../../local/mongo/uri.ts';

const CASES: [uri: string, name: string, expected: string][] = [
  ['mongodb://127.0.0.1:27117', 'rollcall', 'mongodb://127.0.0.1:27117/rollcall'],
  ['mongodb://127.0.0.1:27117/', 'rollcall', 'mongodb://127.0.0.1:27117/rollcall'],
  ['mongodb://127.0.0.1:27117/old', '', 'mongodb://127.0.0.1:27117'],
  ['mongodb://h:1/?replicaSet=rs', 'rollcall', 'mongodb://h:1/rollcall?replicaSet=rs'],
  ['mongodb://a:1,b:2,c:3/old?replicaSet=rs', 'new', 'mongodb://a:1,b:2,c:3/new?replicaSet=rs'],
  [
    'mongodb+srv://u:p@cluster.example/old?w=majority',
    '',
    'mongodb+srv://u:p@cluster.example/?w=majority&authSource=old',
  ],
  ['mongodb://u:p@h/old?authSource=admin', 'new', 'mongodb://u:p@h/new?authSource=admin'],
  ['mongodb://u:p@h/', 'new', 'mongodb://u:p@h/new'],
];

describe('withDatabaseName', () => {
  for (const [uri, name, expected] of CASES) {
    it(`makes ${expected} of ${uri}`, () => {
      assert.equal(withDatabaseName(uri, name), expected);
    });
  }

  it('refuses what is no connection string', () => {
    assert.throws(() => withDatabaseName('http://example.com', 'x'), /mongodb:\/\//);
  });
});
