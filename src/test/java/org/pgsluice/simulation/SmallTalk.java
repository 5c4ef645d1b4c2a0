package org.pgsluice.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pgsluice.simulation.Step.Due;

/**
 * What one connection of a guest says, step by step, and what the answers are when nothing goes wrong. Every text that can come back carries the connection's
 * name, so that it can be told from everybody else's.
 */
final class SmallTalk {
    /** What the pooler's settings allow a guest. */
    record Manners(boolean transactions, boolean namedStatements) {}

    private static final Due ROW_HEAD = new Due('T', "");
    private static final String ABORTED = "current transaction is aborted";

    private final String name;
    private final SplittableRandom random;
    private final Manners manners;
    private final Map<String, String> statements = new TreeMap<>();
    private char status = 'I';
    private int tokens;
    /** What ends a dialogue that a step before has left open. */
    private @Nullable Supplier<Step> unfinished;

    SmallTalk(String name, SplittableRandom random, Manners manners) {
        this.name = name;
        this.random = random;
        this.manners = manners;
    }

    /** All that was due has come, last a ReadyForQuery with that status. */
    void settled(char last) {
        status = last;
    }

    /** Whether it may end here without leaving anything open. */
    boolean mayEnd() {
        return status == 'I' && unfinished == null;
    }

    Step next() {
        if (unfinished != null) {
            return finish();
        }
        if (status == 'E') {
            return afterError();
        }
        return switch (random.nextInt(24)) {
            case 0, 1, 2 -> select();
            case 3 -> rows();
            case 4 -> severalStatements();
            case 5 -> notice();
            case 6, 7 -> manners.transactions() ? boundary() : select();
            case 8 -> error();
            case 9, 10, 11 -> unnamed();
            case 12 -> brokenPipeline();
            case 13, 14, 15 -> manners.namedStatements() ? named() : unnamed();
            case 16 -> copyOut();
            case 17, 18 -> copyIn();
            case 19 -> parameter();
            case 20 -> wait(random.nextInt(1, 200));
            case 21 -> random.nextInt(4) == 0 ? forget() : flushed();
            case 22 -> suspendedPortal();
            default -> Step.of(new Requests().functionCall(), new Due('V', ""), ready());
        };
    }

    /** Brings an open transaction to its end. */
    Step last() {
        if (unfinished != null) {
            return finish();
        }
        status = 'I';
        return Step.of(new Requests().query("ROLLBACK"), done("ROLLBACK"), ready());
    }

    // ---------------------------------------------------------------- the simple protocol

    private Step select() {
        String token = token();
        return Step.of(new Requests().query("SELECT '" + token + "'"), ROW_HEAD, row(token), done("SELECT 1"), ready());
    }

    private Step rows() {
        int count = random.nextInt(10) == 0 ? random.nextInt(50, 400) : random.nextInt(5);
        String token = token();
        List<Due> due = new ArrayList<>();
        due.add(ROW_HEAD);
        numbered(token, count, due);
        due.add(done("SELECT " + count));
        due.add(ready());
        return new Step(new Requests().query("ROWS " + count + " '" + token + "'").toBytes(), due, false, false);
    }

    private Step severalStatements() {
        String first = token();
        String second = token();
        return Step.of(
                new Requests().query("SELECT '" + first + "'; SELECT '" + second + "'").query(""),
                ROW_HEAD, row(first), done("SELECT 1"), ROW_HEAD, row(second), done("SELECT 1"), ready(), new Due('I', ""), ready());
    }

    private Step notice() {
        return Step.of(new Requests().query("NOTICE '" + token() + "'"), done("DO"), ready());
    }

    private Step boundary() {
        boolean begins = status == 'I';
        boolean extended = random.nextInt(3) == 0;
        String word = begins ? "BEGIN" : random.nextBoolean() ? "COMMIT" : "ROLLBACK";
        status = begins ? 'T' : 'I';
        return extended
                ? Step.of(new Requests().parse("", word).bind("").execute(0).sync(), new Due('1', ""), new Due('2', ""), done(word), ready())
                : Step.of(new Requests().query(word), done(word), ready());
    }

    private Step error() {
        String token = token();
        fail();
        return Step.of(new Requests().query("ERROR '" + token + "'; SELECT '" + token() + "'"), new Due('E', token), ready());
    }

    private Step afterError() {
        String token = token();
        Due aborted = new Due('E', ABORTED);
        return switch (random.nextInt(5)) {
            case 0 -> Step.of(new Requests().query("SELECT '" + token + "'"), aborted, ready());
            case 1 -> Step.of(new Requests().parse("", "SELECT $1").bind("", token).execute(0).sync(), aborted, ready());
            case 2 -> Step.alone(new Requests().query("COPY IN '" + token + "'").copyData("'" + token + "'").copyDone(), aborted, ready());
            default -> {
                status = 'I';
                yield Step.of(new Requests().query(random.nextBoolean() ? "COMMIT" : "ROLLBACK"), done("ROLLBACK"), ready());
            }
        };
    }

    /** The statement takes so many milliseconds. */
    Step wait(int millis) {
        String token = token();
        if (random.nextBoolean()) {
            List<Due> due = List.of(new Due('1', ""), new Due('2', ""), row(token), done("SELECT 1"), ready());
            return new Step(new Requests().parse("", "WAIT " + millis + " $1").bind("", token).execute(0).sync().toBytes(), due, true, true);
        }
        return new Step(
                new Requests().query("WAIT " + millis + " '" + token + "'").toBytes(), List.of(ROW_HEAD, row(token), done("SELECT 1"), ready()), true, true);
    }

    private Step parameter() {
        String parameter = random.nextBoolean() ? "application_name" : "TimeZone";
        if (random.nextBoolean()) {
            return Step.alone(new Requests().query("SHOW " + parameter), ROW_HEAD, row("=" + parameter), done("SELECT 1"), ready());
        }
        String value = parameter.equals("TimeZone") ? "Zone/" + random.nextInt(3) : name + "." + random.nextInt(100);
        return Step.alone(new Requests().query("SET " + parameter + "='" + value + "'"), done("SET"), ready());
    }

    private Step forget() {
        boolean all = random.nextBoolean();
        if (status != 'I') {
            return select();
        }
        statements.clear();
        String word = all ? "DISCARD ALL" : "DEALLOCATE ALL";
        return Step.alone(new Requests().query(word), done(word), ready());
    }

    // ---------------------------------------------------------------- the extended protocol

    private Step unnamed() {
        String token = token();
        Requests requests = new Requests().parse("", "SELECT $1");
        List<Due> due = new ArrayList<>();
        due.add(new Due('1', ""));
        if (random.nextInt(3) == 0) {
            requests.describeStatement("");
            due.add(new Due('t', ""));
            due.add(ROW_HEAD);
        }
        requests.bind("", token).describePortal().execute(0).closePortal().sync();
        due.addAll(List.of(new Due('2', ""), ROW_HEAD, row(token), done("SELECT 1"), new Due('3', ""), ready()));
        return new Step(requests.toBytes(), due, false, false);
    }

    private Step brokenPipeline() {
        String token = token();
        String late = token();
        boolean atParse = random.nextBoolean();
        Requests requests = new Requests().parse("", atParse ? "BROKEN" : "ERROR $1").bind("", token).execute(0);
        requests.parse("", "SELECT $1").bind("", late).execute(0).sync();
        fail();
        Due failed = new Due('E', atParse ? "syntax error" : token);
        return atParse ? Step.of(requests, failed, ready()) : Step.of(requests, new Due('1', ""), new Due('2', ""), failed, ready());
    }

    private Step named() {
        String statement = "s" + random.nextInt(5);
        String sql = statements.get(statement);
        Requests requests = new Requests();
        List<Due> due = new ArrayList<>();
        if (sql == null) {
            sql = random.nextBoolean() ? "SELECT $1" : "ROWS " + random.nextInt(5) + " $1";
            statements.put(statement, sql);
            requests.parse(statement, sql);
            due.add(new Due('1', ""));
        } else if (random.nextInt(4) == 0) {
            statements.remove(statement);
            requests.closeStatement(statement).sync();
            return Step.of(requests, new Due('3', ""), ready());
        }
        if (random.nextInt(3) == 0) {
            requests.describeStatement(statement);
            due.add(new Due('t', ""));
            due.add(ROW_HEAD);
        }
        for (int times = random.nextInt(3); times > 0; times--) {
            String token = token();
            requests.bind(statement, token).execute(0);
            due.add(new Due('2', ""));
            int count = sql.startsWith("ROWS") ? Integer.parseInt(sql.substring(5, 6)) : 0;
            if (count == 0 && sql.startsWith("SELECT")) {
                due.add(row(token));
                count = 1;
            } else {
                numbered(token, count, due);
            }
            due.add(done("SELECT " + count));
        }
        requests.sync();
        due.add(ready());
        return new Step(requests.toBytes(), due, false, false);
    }

    /** Requests behind a Flush; the Sync comes in the next step. */
    private Step flushed() {
        String token = token();
        Requests requests = new Requests().parse("", "SELECT $1").describeStatement("").flush();
        if (random.nextBoolean()) {
            return Step.of(requests.bind("", token).execute(0).flush().sync(), new Due('1', ""), new Due('t', ""), ROW_HEAD, new Due('2', ""), row(token),
                    done("SELECT 1"), ready());
        }
        unfinished = () -> Step.of(new Requests().bind("", token).execute(0).sync(), new Due('2', ""), row(token), done("SELECT 1"), ready());
        return Step.alone(requests, new Due('1', ""), new Due('t', ""), ROW_HEAD);
    }

    private Step suspendedPortal() {
        if (status != 'T') {
            return unnamed();
        }
        String token = token();
        return Step.of(
                new Requests().parse("", "ROWS 4 $1").bind("", token).execute(2).sync(),
                new Due('1', ""), new Due('2', ""), row(token + "#1"), row(token + "#2"), new Due('s', ""), ready());
    }

    // ---------------------------------------------------------------- COPY

    private Step copyOut() {
        String token = token();
        int lines = random.nextInt(6);
        List<Due> due = new ArrayList<>();
        due.add(new Due('H', ""));
        for (int i = 1; i <= lines; i++) {
            due.add(new Due('d', token + "#" + i + "\n"));
        }
        due.addAll(List.of(new Due('c', ""), done("COPY " + lines), ready()));
        return new Step(new Requests().query("COPY OUT " + lines + " '" + token + "'").toBytes(), due, false, false);
    }

    private Step copyIn() {
        boolean extended = random.nextBoolean();
        unfinished = () -> copyRest(extended);
        String token = token();
        return extended
                ? Step.alone(new Requests().parse("", "COPY IN $1").bind("", token).execute(0).flush(), new Due('1', ""), new Due('2', ""), new Due('G', ""))
                : Step.alone(new Requests().query("COPY IN '" + token + "'"), new Due('G', ""));
    }

    private Step copyRest(boolean extended) {
        Requests requests = new Requests();
        int kind = random.nextInt(4);
        int bytes = data(requests, kind);
        if (kind == 0) {
            requests.copyFail("no more");
        } else {
            requests.copyDone();
        }
        if (extended) {
            requests.sync();
        }
        Due end = kind == 0 ? new Due('E', "no more") : kind == 1 ? new Due('E', "invalid input") : done("COPY " + bytes);
        if (kind < 2) {
            fail();
        }
        return Step.of(requests, end, ready());
    }

    private int data(Requests requests, int kind) {
        int bytes = 0;
        for (int i = random.nextInt(4); i >= 0; i--) {
            String line = "'" + token() + "' " + "x".repeat(random.nextInt(8) == 0 ? random.nextInt(3_000) : random.nextInt(30)) + "\n";
            requests.copyData(line);
            bytes += line.length();
        }
        if (kind == 1) {
            requests.copyData("BAD ROW");
            requests.copyData("'" + token() + "' late");
        }
        return bytes;
    }

    // ---------------------------------------------------------------- parts

    private Step finish() {
        Supplier<Step> rest = Objects.requireNonNull(unfinished);
        unfinished = null;
        return rest.get();
    }

    private void fail() {
        status = status == 'T' ? 'E' : status;
    }

    private String token() {
        return name + "." + tokens++;
    }

    private Due ready() {
        return new Due('Z', String.valueOf(status));
    }

    private static Due done(String tag) {
        return new Due('C', tag);
    }

    private static Due row(String value) {
        return new Due('D', value);
    }

    private static void numbered(String token, int count, List<Due> due) {
        for (int i = 1; i <= count; i++) {
            due.add(row(token + "#" + i));
        }
    }
}
