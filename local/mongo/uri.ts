// Connection strings with and without the name of a database. Pure. Not every connection string is a URL: replica sets
// name several hosts. (MongoDB docs: "Connection Strings".)

const PARTS = /^(mongodb(?:\+srv)?:\/\/)(?:([^@/?]*)@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;

/** The same server and options with another database, or with none. */
export function withDatabaseName(uri: string, name = ''): string {
  const match = PARTS.exec(uri);
  if (!match) throw new Error('Expected a MongoDB connection string like mongodb://host:27017/name');
  const [, scheme = '', credentials, hosts = '', database = '', options = ''] = match;
  // People sign in to the database of the connection string unless it says otherwise; that must not change with it.
  const authSource =
    credentials !== undefined && database !== '' && !/(^|&)authSource=/i.test(options)
      ? `authSource=${database}`
      : '';
  const query = [options, authSource].filter((part) => part !== '').join('&');
  const path = name !== '' || query !== '' ? `/${name}` : '';
  return `${scheme}${credentials === undefined ? '' : `${credentials}@`}${hosts}${path}${query === '' ? '' : `?${query}`}`;
}
