import { inputRequired, type JSONRPCRequest } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { openQuestions } from './open-questions.ts';

const QUESTION = inputRequired.elicitUrl({ message: 'Look.', url: 'https://example.com' });

/** Asks, and says what was sent. */
function ask(questions = openQuestions(), signal = new AbortController().signal) {
  const sent = Promise.withResolvers<JSONRPCRequest>();
  const send = async (request: JSONRPCRequest) => sent.resolve(request);
  const answer = questions.ask('ada', QUESTION, send, signal);
  answer.catch(() => {});
  return { questions, answer, sent: sent.promise };
}

test('the answer comes to the question that it names', async () => {
  const questions = openQuestions();
  const [one, two] = [ask(questions), ask(questions)];
  const [first, second] = [await one.sent, await two.sent];
  expect(first.id).not.toBe(second.id);
  // 2025-11-25 wants an id for the page, too.
  expect(first.params).toMatchObject({ elicitationId: first.id });
  expect(questions.answer('ada', { jsonrpc: '2.0', id: second.id, result: 2 })).toBe(true);
  expect(questions.answer('ada', { jsonrpc: '2.0', id: first.id, result: 1 })).toBe(true);
  expect([await one.answer, await two.answer]).toEqual([1, 2]);
});

test('nobody answers for another, nor twice, nor what was not asked', async () => {
  const { questions, answer, sent } = ask();
  const { id } = await sent;
  expect(questions.answer('bob', { id, result: {} })).toBe(false);
  for (const message of [
    null,
    'x',
    [],
    { id: 'x', result: {} },
    { id: 1, result: {} },
    { id },
    { id, method: 'x', result: {} },
  ]) {
    expect(questions.answer('ada', message)).toBe(false);
  }
  expect(questions.answer('ada', { id, result: 'mine' })).toBe(true);
  expect(questions.answer('ada', { id, result: 'again' })).toBe(false);
  expect(await answer).toBe('mine');
});

test('a refusal is told, silence and a cancelled call end the wait', async () => {
  const refused = ask();
  refused.questions.answer('ada', { id: (await refused.sent).id, error: { code: -1, message: 'No.' } });
  await expect(refused.answer).rejects.toThrow('The client refused a question: No.');
  await expect(ask(openQuestions(1)).answer).rejects.toThrow('Nobody answered in time');
  const controller = new AbortController();
  const cancelled = ask(openQuestions(), controller.signal);
  await cancelled.sent;
  controller.abort(new Error('gone'));
  await expect(cancelled.answer).rejects.toThrow('gone');
});
