/**
 * Tokens → tree, one function per precedence level, lowest first, as R's grammar orders them (R Language Definition, 3.1.4):
 * `~`, `| ||`, `&`, `!`, comparison, `+ -`, `* /`, `%in%`, `:`, unary sign, `^`.
 */
import { FormulaError } from "../errors.ts";
import type { Argument, Ast, BinaryOperator } from "./ast.ts";
import { scan, type Token } from "./scanner.ts";

/** @throws FormulaError pointing at the column where the text stops making sense. */
export function parseFormula(text: string): Ast {
  const parser = new Parser(text);
  const tree = parser.formula();
  parser.expectEnd();
  return tree;
}

/** More nesting than any real formula has, well within the stack. */
const DEEPEST = 100;

/** The longest chain of one kind of operator but sums, which are gone through in loops: `a * b * …` doubles with each. */
const LONGEST_CHAIN = 200;

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = scan(text);
  }

  /** `response ~ predictors`, or an expression without a tilde. */
  formula(): Ast {
    const first = this.#peek();
    if (first.kind === "end") this.#fail("the formula is empty", 0);
    if (this.#operator("~") !== undefined) {
      this.#fail("the formula has no response: write `response ~ predictors`", first.start);
    }
    const left = this.#bar();
    const tilde = this.#operator("~");
    if (tilde === undefined) return left;
    if (this.#peek().kind === "end") {
      this.#fail("nothing stands right of the ~; for the intercept alone write 1", tilde.start);
    }
    const right = this.#bar();
    const second = this.#operator("~");
    if (second !== undefined)
      this.#fail("a formula has one ~; further formulas are separated by ;", second.start);
    return { kind: "binary", op: "~", left, right, start: left.start, end: right.end };
  }

  expectEnd(): void {
    const token = this.#peek();
    if (token.kind === "end") return;
    if (token.kind === "operator" && token.text === ")")
      this.#fail("this closing parenthesis has no opening one", token.start);
    this.#unexpected(token, "an operator");
  }

  #bar = (): Ast => this.#leftAssociative(["||", "|"], this.#and);
  #and = (): Ast => this.#leftAssociative(["&&", "&"], this.#not);

  #not = (): Ast => {
    const sign = this.#operator("!");
    if (sign === undefined) return this.#comparison();
    const operand = this.#nested(this.#not);
    return { kind: "unary", op: "!", operand, start: sign.start, end: operand.end };
  };

  #comparison = (): Ast => this.#leftAssociative(["==", "!=", "<=", ">=", "<", ">"], this.#sum);
  #sum = (): Ast => this.#leftAssociative(["+", "-"], this.#product);
  #product = (): Ast => this.#leftAssociative(["*", "/"], this.#special);
  #special = (): Ast => this.#leftAssociative(["%in%", "%%"], this.#interaction);
  #interaction = (): Ast => this.#leftAssociative([":"], this.#signed);

  #signed = (): Ast => {
    const sign = this.#operator("-", "+");
    if (sign === undefined) return this.#power();
    const operand = this.#nested(this.#signed);
    return { kind: "unary", op: sign.text as "-" | "+", operand, start: sign.start, end: operand.end };
  };

  /** Right-associative, and its exponent may carry a sign: 2^-1. */
  #power = (): Ast => {
    const base = this.#primary();
    if (this.#operator("^") === undefined) return base;
    const exponent = this.#nested(this.#signed);
    return { kind: "binary", op: "^", left: base, right: exponent, start: base.start, end: exponent.end };
  };

  #primary = (): Ast => {
    const token = this.#peek();
    this.#at++;
    const span = { start: token.start, end: token.end };
    if (token.kind === "number") return { kind: "number", value: Number.parseFloat(token.text), ...span };
    if (token.kind === "string") return { kind: "string", value: token.text, ...span };
    if (token.kind === "name") {
      const open = this.#operator("(");
      return open === undefined ? { kind: "name", name: token.text, ...span } : this.#call(token, open);
    }
    if (token.text === "(") {
      const inner = this.#nested(this.#bar);
      const close = this.#close(token);
      return { kind: "parens", inner, start: token.start, end: close.end };
    }
    if (token.kind === "end")
      return this.#fail("the formula ends too early: a term is missing here", token.start);
    return this.#fail(`a term is missing before "${token.text}"`, token.start);
  };

  #call(callee: Token, open: Token): Ast {
    const args: Argument[] = [];
    if (this.#peek().text !== ")" || this.#peek().kind !== "operator") {
      do args.push(this.#argument());
      while (this.#operator(",") !== undefined);
    }
    const close = this.#close(open);
    return { kind: "call", callee: callee.text, args, start: callee.start, end: close.end };
  }

  #argument(): Argument {
    const token = this.#peek();
    const next = this.#tokens[this.#at + 1];
    if (token.kind === "name" && next?.kind === "operator" && next.text === "=") {
      this.#at += 2;
      return { name: token.text, value: this.#nested(this.#argumentValue) };
    }
    return { value: this.#nested(this.#argumentValue) };
  }

  /** A formula (in `bf(y ~ x, sigma ~ z)`) or an expression. */
  #argumentValue = (): Ast => {
    const token = this.#peek();
    if (token.kind === "end")
      this.#fail("the formula ends too early: an argument is missing here", token.start);
    return this.formula();
  };

  #close(open: Token): Token {
    const close = this.#operator(")");
    if (close !== undefined) return close;
    const token = this.#peek();
    if (token.kind === "end") this.#fail("this parenthesis is never closed", open.start);
    return this.#unexpected(token, "an operator or a comma");
  }

  #unexpected(token: Token, missing: string): never {
    if (token.text === "=" && token.kind === "operator") {
      this.#fail(
        'unexpected "=": response and predictors are separated by ~, values are compared with ==',
        token.start,
      );
    }
    if (token.text === "~" && token.kind === "operator")
      this.#fail("~ cannot stand inside parentheses", token.start);
    if (token.kind === "operator") this.#fail(`unexpected "${token.text}"`, token.start);
    return this.#fail(
      `${missing} is missing before "${token.text}" (a column name with spaces goes in back-ticks)`,
      token.start,
    );
  }

  /** Guards the stack where the grammar recurses: parentheses, signs and exponents. */
  #nested(read: () => Ast): Ast {
    if (++this.#depth > DEEPEST) this.#fail(`more than ${DEEPEST} levels of nesting`, this.#peek().start);
    const tree = read();
    this.#depth--;
    return tree;
  }

  #leftAssociative(operators: readonly BinaryOperator[], operand: () => Ast): Ast {
    let left = operand();
    let length = 0;
    for (let sign = this.#operator(...operators); sign !== undefined; sign = this.#operator(...operators)) {
      if (++length > LONGEST_CHAIN && !operators.includes("+"))
        this.#fail(`more than ${LONGEST_CHAIN} operands are joined by ${sign.text}`, sign.start);
      const right = operand();
      left = {
        kind: "binary",
        op: sign.text as BinaryOperator,
        left,
        right,
        start: left.start,
        end: right.end,
      };
    }
    return left;
  }

  /** Takes the next token when it is one of these operators. */
  #operator(...signs: readonly string[]): Token | undefined {
    const token = this.#peek();
    if (token.kind !== "operator" || !signs.includes(token.text)) return undefined;
    this.#at++;
    return token;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!;
  }

  #fail(message: string, position: number): never {
    throw new FormulaError(message, this.#text, position);
  }
}
