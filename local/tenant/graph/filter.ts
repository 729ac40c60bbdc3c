// The part of OData's $filter that directory objects support: comparisons, in, startsWith, endsWith, any, and, or,
// not. Parsing tells which filters are advanced queries (Graph docs: advanced query capabilities).
import type { DirectoryObject, Json } from '../model.ts';
import { valueOf } from './fragments.ts';
import { knownProperty } from './properties.ts';
import type { Typed } from './properties.ts';
import { badRequest, unsupported } from './response.ts';

export interface Filter {
  /** True when the query needs ConsistencyLevel: eventual and $count=true. */
  readonly advanced: boolean;
  test(object: DirectoryObject): boolean;
}

type Test = (value: (name: string) => Json) => boolean;
type Literal = string | number | boolean | null;

const maxInValues = 15;
const maxEqLength = 120;
const tokenPattern = /\s*(?:('(?:[^']|'')*')|([A-Za-z_][\w.]*|-?\d[\w.:-]*)|([(),:/]))/uy;

/** Parses a filter over objects of `type`; throws Graph's 400 for anything else. */
export function parseFilter(text: string, type: Typed): Filter {
  const parser = createParser(text, type);
  const test = parser.parse();
  return {
    advanced: parser.advanced(),
    test: (object) => test((name) => valueOf(object, name)),
  };
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = tokenPattern.lastIndex) {
    const match = tokenPattern.exec(text);
    if (!match) throw badRequest(`Invalid filter clause: unexpected character at position ${at}.`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}

function createParser(text: string, type: Typed): { parse(): Test; advanced(): boolean } {
  const tokens = tokenize(text);
  let at = 0;
  let advanced = false;

  const peek = (): string => (tokens[at] ?? '').toLowerCase();
  function take(expected?: string): string {
    const token = tokens[at];
    if (token === undefined || (expected !== undefined && token.toLowerCase() !== expected)) {
      throw badRequest(`Invalid filter clause: syntax error near '${token ?? 'end of text'}' in '${text}'.`);
    }
    at += 1;
    return token;
  }

  function disjunction(): Test {
    let left = conjunction();
    while (peek() === 'or') {
      take();
      const [first, second] = [left, conjunction()];
      left = (value) => first(value) || second(value);
    }
    return left;
  }

  function conjunction(): Test {
    let left = negation();
    while (peek() === 'and') {
      take();
      const [first, second] = [left, negation()];
      left = (value) => first(value) && second(value);
    }
    return left;
  }

  function negation(): Test {
    if (peek() === 'not') {
      take();
      advanced = true;
      const inner = negation();
      return (value) => !inner(value);
    }
    if (peek() === '(') {
      take();
      const inner = disjunction();
      take(')');
      return inner;
    }
    return comparison(undefined);
  }

  /** `variable` is the name bound by an enclosing `any`. */
  function comparison(variable: string | undefined): Test {
    const name = take();
    const call = name.toLowerCase();
    if (peek() === '(' && (call === 'startswith' || call === 'endswith')) return textTest(call, variable);
    const read = reader(name, variable);
    if (peek() === '/') return anyTest(name);
    const operator = take().toLowerCase();
    if (operator === 'in') return inTest(read);
    if (operator === 'ne') advanced = true;
    const expected = literal();
    if (typeof expected === 'string' && expected.length > maxEqLength) {
      throw unsupported(`The value is longer than ${maxEqLength} characters.`);
    }
    return compare(operator, read, expected);
  }

  function reader(name: string, variable: string | undefined): (value: (name: string) => Json) => Json {
    if (variable !== undefined && name === variable) return (value) => value(variable);
    const property = knownProperty(type, name);
    return (value) => value(property);
  }

  function textTest(call: string, variable: string | undefined): Test {
    take('(');
    const read = reader(take(), variable);
    take(',');
    const wanted = String(literal()).toLowerCase();
    take(')');
    if (call === 'endswith') advanced = true;
    return (value) => {
      const found = read(value);
      if (typeof found !== 'string') return false;
      return call === 'startswith'
        ? found.toLowerCase().startsWith(wanted)
        : found.toLowerCase().endsWith(wanted);
    };
  }

  function anyTest(name: string): Test {
    const property = knownProperty(type, name);
    take('/');
    take('any');
    take('(');
    const variable = take();
    take(':');
    const inner = comparison(variable);
    take(')');
    return (value) => {
      const list = value(property);
      return (
        Array.isArray(list) &&
        list.some((item: Json) => inner((asked) => (asked === variable ? item : value(asked))))
      );
    };
  }

  function inTest(read: (value: (name: string) => Json) => Json): Test {
    take('(');
    const values: Literal[] = [literal()];
    while (peek() === ',') {
      take();
      values.push(literal());
    }
    take(')');
    if (values.length > maxInValues) {
      throw unsupported(
        `Too many child clauses specified in search filter expression containing 'OR' operators: ${values.length}. Max allowed: ${maxInValues}.`,
      );
    }
    return (value) => values.some((wanted) => isEqual(read(value), wanted));
  }

  function literal(): Literal {
    const token = take();
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    return Number.isNaN(Number(token)) ? token : Number(token);
  }

  return {
    parse() {
      const test = disjunction();
      if (at < tokens.length)
        throw badRequest(`Invalid filter clause: syntax error near '${tokens[at] ?? ''}'.`);
      return test;
    },
    advanced: () => advanced,
  };
}

/** Graph compares text without regard to case. */
function isEqual(found: Json, wanted: Literal): boolean {
  if (typeof found === 'string' && typeof wanted === 'string')
    return found.toLowerCase() === wanted.toLowerCase();
  return found === wanted;
}

function compare(operator: string, read: (value: (name: string) => Json) => Json, wanted: Literal): Test {
  // Times and names compare as text; anything else has no order, and every comparison with it is false.
  const order = (found: Json): number => {
    if (typeof found !== 'string' || wanted === null) return Number.NaN;
    const text = String(wanted);
    return found < text ? -1 : found > text ? 1 : 0;
  };
  switch (operator) {
    case 'eq':
      return (value) => isEqual(read(value), wanted);
    case 'ne':
      return (value) => !isEqual(read(value), wanted);
    case 'ge':
      return (value) => order(read(value)) >= 0;
    case 'le':
      return (value) => order(read(value)) <= 0;
    case 'gt':
      return (value) => order(read(value)) > 0;
    case 'lt':
      return (value) => order(read(value)) < 0;
    default:
      throw badRequest(`Invalid filter clause: the operator '${operator}' is not known.`);
  }
}
