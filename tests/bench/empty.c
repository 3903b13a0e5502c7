/* For tests/bench.sh: what a process costs that does nothing. */
int main(void)
{
    return 0;
}
