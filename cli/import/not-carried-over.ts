/** A server that cannot become a McpServer, and why. It is told, and the others are imported. */
export class NotCarriedOver extends Error {
  override readonly name = 'NotCarriedOver';
  readonly field: string;

  /** `message` goes on after the name of the field: `is …: do …`. */
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
