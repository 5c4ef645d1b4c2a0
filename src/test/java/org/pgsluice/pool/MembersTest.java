package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pgsluice.pool.BooksFixture.Client;

/** Who is counted where. */
class MembersTest {
    private final BooksFixture f = new BooksFixture(1, "two = host=h max_db_client_connections=2\n* = host=h", "one = max_user_client_connections=1", "");
    private final Registry registry = f.books.registry();
    private final Members members = f.books.members();

    private Admitted admit(Client client, String database, String user) {
        return members.admit(client, database, user, null, false, f.now);
    }

    @Test
    void clientThatIsOneTooManyIsNotCountedAndKeepsNobodyElseOut() {
        assertThat(admit(new Client(0), "two", "a")).isInstanceOf(Admitted.Into.class);
        Client second = new Client(0);
        assertThat(admit(second, "two", "b")).isInstanceOf(Admitted.Into.class);
        assertThat(admit(new Client(0), "two", "c")).isEqualTo(Admitted.Refusal.DATABASE_FULL);
        assertThat(admit(new Client(0), "two", "c")).isEqualTo(Admitted.Refusal.DATABASE_FULL);

        members.leave(second);

        assertThat(admit(new Client(0), "two", "c")).isInstanceOf(Admitted.Into.class);
        Database two = registry.database("two");
        assertThat(two).isNotNull();
        assertThat(two.clientCount()).isEqualTo(2);
    }

    @Test
    void limitOfAUserHoldsOverDatabases() {
        assertThat(admit(new Client(0), "two", "one")).isInstanceOf(Admitted.Into.class);
        assertThat(admit(new Client(0), "other", "one")).isEqualTo(Admitted.Refusal.USER_FULL);
        assertThat(members.admit(new Client(0), "other", "one", null, true, f.now)).as("an administrator").isInstanceOf(Admitted.Into.class);
    }

    @Test
    void clientThatWasCountedForADatabaseThatAReloadReplacedIsCountedForTheNewOne() {
        Client client = new Client(0);
        Database before = registry.database("two");
        assertThat(before).isNotNull();
        members.join(client, before, false);
        registry.apply(BooksFixture.config("", "", ""));
        registry.apply(BooksFixture.config("two = host=i", "", ""));

        Admitted.Into into = (Admitted.Into) admit(client, "two", "a");

        assertThat(before.clientCount()).isZero();
        assertThat(into.pool().database()).isSameAs(registry.database("two"));
        assertThat(into.pool().database().clientCount()).isEqualTo(1);
    }

    @Test
    void databaseThatIsGoneOrDisabledLetsNobodyIn() {
        Database two = registry.database("two");
        assertThat(two).isNotNull();
        two.disabled(true);
        assertThat(admit(new Client(0), "two", "a")).isEqualTo(Admitted.Refusal.DATABASE_DISABLED);
        registry.apply(BooksFixture.config("", "", ""));
        assertThat(admit(new Client(0), "two", "a")).isEqualTo(Admitted.Refusal.NO_SUCH_DATABASE);
    }
}
