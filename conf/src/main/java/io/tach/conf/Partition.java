package io.tach.conf;

/**
 * The part of a suite that one of several runs, on one of several machines, has to do.
 *
 * @param number which one, from 1
 * @param count how many there are
 */
public record Partition(int number, int count) {

    public Partition {
        if (number < 1 || number > count) {
            throw new IllegalArgumentException("no such part: " + number + "/" + count);
        }
    }

    @Override
    public String toString() {
        return number + "/" + count;
    }
}
