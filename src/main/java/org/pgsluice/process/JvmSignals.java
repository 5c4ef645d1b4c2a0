package org.pgsluice.process;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.pgsluice.log.Log;

/** The JVM's own signal handlers, for a start without the launcher or on a system without signalfd. The class is reached by name: it is no part of Java SE. */
final class JvmSignals {
    private JvmSignals() {}

    static void handle(Signals.Listener listener, Log log) {
        StringBuilder missing = new StringBuilder();
        for (ProcessSignal signal : ProcessSignal.values()) {
            try {
                handle(signal, listener);
            } catch (ReflectiveOperationException | RuntimeException e) {
                missing.append(missing.isEmpty() ? "" : ", ").append(signal);
            }
        }
        if (!missing.isEmpty()) {
            log.warning("signals not available without the launcher: " + missing);
        }
    }

    private static void handle(ProcessSignal signal, Signals.Listener listener) throws ReflectiveOperationException {
        Class<?> signalClass = Class.forName("sun.misc.Signal");
        Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
        InvocationHandler onCall = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                listener.onSignal(signal);
                yield null;
            }
            case "hashCode" -> signal.hashCode();
            case "equals" -> arguments != null && arguments[0] == proxy;
            default -> signal.toString();
        };
        Object handler = Proxy.newProxyInstance(JvmSignals.class.getClassLoader(), new Class<?>[] {handlerClass}, onCall);
        Object jvmSignal = signalClass.getConstructor(String.class).newInstance(signal.name());
        signalClass.getMethod("handle", signalClass, handlerClass).invoke(null, jvmSignal, handler);
    }
}
