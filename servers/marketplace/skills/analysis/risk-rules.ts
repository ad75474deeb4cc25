import type { Finding } from './finding.ts';
import type { PieceRule } from './pieces.ts';

interface Risk {
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly pattern: RegExp;
  readonly message: string;
  readonly fix: string;
}

/** Every quantifier is bounded, so that no text takes long. */
const RISKS: readonly Risk[] = [
  {
    rule: 'pipe-to-shell',
    severity: 'error',
    pattern:
      /\b(?:curl|wget|iwr|irm|invoke-webrequest)\b[^|\n]{0,400}\|\s{0,8}(?:sudo\s{1,8})?(?:env\s{1,8})?(?:(?:ba|z|da|k|fi)?sh|python3?|node|perl|ruby|iex)\b|\b(?:ba|z)?sh\s{1,8}(?:-c\s{1,8})?["']?(?:<\(|\$\()\s{0,8}(?:curl|wget)\b/i,
    message: 'It runs whatever a server sends, unread.',
    fix: 'Put the script into scripts/ of the skill and run that. Or: curl -fsSLo install.sh URL && echo "<sha256>  install.sh" | sha256sum -c && sh install.sh',
  },
  {
    rule: 'encoded-command',
    severity: 'error',
    pattern:
      /base64\s{1,8}(?:-d|-D|--decode)\b[^|\n]{0,200}\|\s{0,8}(?:ba|z)?sh\b|\b(?:eval|exec)\s{0,4}\(\s{0,4}(?:atob|base64\.b64decode)\b|-enc(?:odedcommand)?\s{1,8}[A-Za-z0-9+/=]{20}/i,
    message: 'It runs a command that nobody can read.',
    fix: 'Write the command itself, or put it into a file of scripts/.',
  },
  {
    rule: 'destructive-command',
    severity: 'error',
    pattern:
      /\brm\s{1,8}(?:-[a-zA-Z-]{1,20}\s{1,8}){1,4}["']?(?:\/|~\/?|\$HOME\/?)["']?(?:\s|\*|$)|\bmkfs(?:\.\w{1,8})?\s|\bdd\s[^\n]{0,200}\bof=\/dev\/(?!null)|:\(\)\s{0,4}\{\s{0,4}:\|:&/,
    message: 'It destroys what the skill did not make.',
    fix: 'Name exactly what is to be removed below the folder of the task, for example: rm -r -- "./build"',
  },
  {
    rule: 'checks-disabled',
    severity: 'warning',
    pattern:
      /\bcurl\b[^\n|]{0,200}\s(?:-[a-zA-Z]{0,8}k[a-zA-Z]{0,8}|--insecure)\b|--no-check-certificate|--no-verify\b|NODE_TLS_REJECT_UNAUTHORIZED\s{0,4}=\s{0,4}["']?0|verify\s{0,4}=\s{0,4}False|StrictHostKeyChecking[= ]no|http\.sslVerify\W{1,4}false|chmod\s{1,8}(?:-R\s{1,8})?0?777|setenforce\s{1,8}0|--dangerously-skip-permissions|--allow-root\b|--trusted-host\b/i,
    message: 'It turns a check off that protects the user.',
    fix: 'Leave the flag out, and say how to mend the cause: install the certificate, add the host key, fix what the hook reports.',
  },
  {
    rule: 'exfiltration',
    severity: 'error',
    pattern:
      /(?:\bcat\s{1,8}|@|<\s{0,4})["']?(?:~|\$HOME|\/root|\/home\/\w{1,40})?\/?\.(?:ssh\/|aws\/|netrc|env\b|kube\/|gnupg\/|config\/gcloud)[^\n]{0,200}(?:curl|wget|nc\b|https?:)|\b(?:curl|wget|nc)\b[^\n]{0,300}(?:\.ssh\/|\.aws\/|\.netrc|\.env\b|\.kube\/|\/etc\/(?:passwd|shadow)|\$\(\s{0,4}(?:env|printenv)\b)|\b(?:env|printenv)\s{0,8}\|\s{0,8}(?:curl|nc|wget)\b/i,
    message: 'It sends keys or the environment of the user elsewhere.',
    fix: 'Remove the line. A skill that needs a credential names it as ${NAME}, and the user grants it.',
  },
  {
    rule: 'credentials-read',
    severity: 'warning',
    pattern: /(?:~|\$HOME|\/root)\/\.(?:ssh\/id_|aws\/credentials|netrc|kube\/config|gnupg\/|config\/gcloud)/,
    message: 'It reads credentials of the user that were made for something else.',
    fix: 'Name the credential as ${NAME}; the user grants it to this skill.',
  },
  {
    rule: 'prompt-injection',
    severity: 'error',
    pattern:
      /\b(?:ignore|disregard|forget|override)\s{1,8}(?:all\s{1,8}|any\s{1,8}|the\s{1,8}|your\s{1,8}|these\s{1,8}){0,3}(?:previous|prior|earlier|above|preceding|system|other)\s{1,8}(?:instruction|prompt|rule|message|direction|guideline)s?\b|<\/?(?:system|assistant|im_start|im_end)[>|]|<\|im_(?:start|end)\|>|\byou are now (?:dan|in developer mode|unrestricted|jailbroken)\b/i,
    message: 'It tells the model to set aside what others have told it.',
    fix: 'Remove the sentence, and say what the skill itself wants: "For this task, …".',
  },
  {
    rule: 'concealment',
    severity: 'error',
    pattern:
      /\b(?:do not|don't|never|without)\s{1,8}(?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?(?:\s{1,8}(?:this|it|that))?(?:\s{1,8}to)?|show(?:ing)?|ask(?:ing)?|alert(?:ing)?|notify(?:ing)?|reveal(?:ing)?(?:\s{1,8}(?:this|it))?(?:\s{1,8}to)?)\s{1,8}(?:the\s{1,8}|your\s{1,8})?(?:user|human|person|operator)\b/i,
    message: 'It has the model hide something from the user, or act without asking.',
    fix: 'Write the opposite: "Tell the user what you are about to do, and ask before …".',
  },
];

/** Bidirectional controls (Trojan Source, CVE-2021-42574), zero-width characters and tags, which show nothing and are read by models. */
const HIDDEN =
  /[\u202A-\u202E\u2066-\u2069]|[\u200B\u2060-\u2064\u180E\u00AD]|[\u{E0000}-\u{E007F}]|(?<!^)\uFEFF|(?![\t\r])\p{Cc}/u;

/** Instructions that could do harm, and text that people do not see. */
export const riskRules: PieceRule = () => ({
  look({ file, line, column, text }) {
    const found: Finding[] = [];
    for (const { pattern, ...risk } of RISKS) if (pattern.test(text)) found.push({ ...risk, file, line });
    const hidden = HIDDEN.exec(text);
    if (!hidden) return found;
    const code = (hidden[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const visible = text.replaceAll(new RegExp(HIDDEN, 'gu'), '').slice(0, 300).toWellFormed();
    found.push({
      rule: 'hidden-text',
      severity: 'error',
      file,
      line,
      message: `Column ${column + hidden.index + 1} holds U+${code}, which people do not see and models read.`,
      fix: `Write the line without it: ${visible}`,
    });
    return found;
  },
});
